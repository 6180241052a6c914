"""Pages for browsers: what citizens see on their phones, and what staff work with. They decide nothing."""
