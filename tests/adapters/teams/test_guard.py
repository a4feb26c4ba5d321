"""Which addresses may be called: those of the Bot Connector, and nobody else's."""

from adapters.teams.guard import ServiceHosts


def test_the_bot_connector_is_where_microsoft_says() -> None:
    hosts = ServiceHosts()
    for url in (
        "https://smba.trafficmanager.net/uk/",
        "https://smba.trafficmanager.net/amer/72f988bf-86f1-41af-91ab-2d7cd011db47/",
        "https://SMBA.trafficmanager.net:443/teams",
        "https://smba.trafficmanager.net",
        "https://smba.infra.gcc.teams.microsoft.com/gcc",
        "https://smba.infra.gov.teams.microsoft.us/gcch/",
        "https://smba.infra.dod.teams.microsoft.us/dod/",
        "https://europe.webchat.botframework.com/",
    ):
        assert hosts.allow(url), url


def test_further_hosts_are_as_exact() -> None:
    """Plain http is for this machine only, and only where it is listed."""
    hosts = ServiceHosts(further=frozenset({"smba.example", "smba.example:8443", "127.0.0.1:8080", "[::1]"}))
    for url, allowed in {
        "https://smba.example/x": True,
        "https://smba.example:8443/": True,
        "https://smba.example:9443/": False,
        "http://smba.example/": False,
        "http://smba.example:8443/": False,
        "https://a.smba.example/": False,
        "http://127.0.0.1:8080/": True,
        "https://127.0.0.1:8080/": True,
        "http://127.0.0.1:8081/": False,
        "http://127.0.0.1/": False,
        "http://localhost:8080/": False,
        "http://[::1]:5000/x": True,
        "https://smba.trafficmanager.net/uk/": True,
    }.items():
        assert hosts.allow(url) is allowed, url


def test_in_development_only_this_machine_is_called() -> None:
    hosts = ServiceHosts(further=frozenset({"smba.example"}), dev=True)
    for url in ("http://localhost:56150/_connector", "http://127.0.0.1:9/", "https://[::1]/"):
        assert hosts.allow(url), url
    for url in ("https://smba.example/", "https://smba.trafficmanager.net/uk/", "http://localhost.example/"):
        assert not hosts.allow(url), url
