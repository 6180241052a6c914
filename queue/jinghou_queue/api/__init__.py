"""The server's HTTP side: routes, who may use them, problems, the citizen's page. Decides nothing about a hall."""
