"""One file a journey: a thing that a citizen does here, from the first tap to the thank-you."""
