"""Only this machine's own browser, on a page of ours, gets in."""

import pytest

from tests.adapters.playground.visitor import Visitor


@pytest.mark.parametrize(
    "host",
    ["example.org", "127.0.0.1.example.org", "localhost.example.org:80", "127.0.0.2", "[::1]:80", "a@localhost", "",
     "localhost:port", "localhost:99999999", "127.0.0.1/x"],
)  # fmt: skip
async def test_another_name_for_this_machine_is_refused(amara: Visitor, host: str) -> None:
    async with amara.session.get(amara.address, headers={"Host": host}) as response:
        assert response.status in (400, 403)
        assert "Okafor" not in await response.text()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "localhost:9000", "LOCALHOST:80"])
async def test_a_loopback_name_is_welcome(amara: Visitor, host: str) -> None:
    async with amara.session.get(amara.address, headers={"Host": host}) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "own"},
    ],
)
async def test_a_page_elsewhere_changes_nothing(amara: Visitor, headers: dict[str, str]) -> None:
    headers = {name: amara.address if value == "own" else value for name, value in headers.items()}
    data = {"as": "amara", "in": "general", "text": "Hello from elsewhere"}
    async with amara.session.post(f"{amara.address}/say", data=data, headers=headers) as response:
        assert response.status == 403
    assert not (await amara.look()).says("Hello from elsewhere")


async def test_our_own_page_may(amara: Visitor) -> None:
    headers = {"Origin": amara.address, "Sec-Fetch-Site": "same-origin"}
    data = {"as": "amara", "in": "general", "text": "Hello from here"}
    async with amara.session.post(f"{amara.address}/say", data=data, headers=headers) as response:
        assert response.status == 200
    assert (await amara.look()).says("Hello from here")


@pytest.mark.parametrize("path", ["/", "/version", "/static/playground.css", "/static/playground.js", "/nothing"])
async def test_every_answer_forbids_what_is_not_ours(amara: Visitor, path: str) -> None:
    async with amara.session.get(amara.address + path) as response:
        assert response.status == (404 if path == "/nothing" else 200)
        policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_page_has_no_script_or_style_of_its_own_and_asks_nobody_else(amara: Visitor) -> None:
    html = (await amara.say("/kudos")).html
    for path in ("playground.css", "playground.js", "mark.svg"):
        async with amara.session.get(f"{amara.address}/static/{path}") as response:
            html += await response.text()
    assert "style=" not in html
    assert "<style" not in html
    assert " onclick" not in html
    assert html.replace("http://www.w3.org/2000/svg", "").count("http") == 0


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/press", {"press": "explode x"}, 400),
        ("/form", {"form": "f999"}, 200),
        ("/form", {"form": "not a form"}, 200),
        ("/press", {"message": "m999999999999999999999", "press": "second x"}, 200),
        ("/press", {"press": "second nothing"}, 200),
        ("/say", {}, 200),
    ],
)
async def test_what_no_page_of_ours_sends_does_no_harm(
    amara: Visitor, path: str, body: dict[str, str], status: int
) -> None:
    message = (await amara.look()).last.id
    page = await amara.do(path, *{"message": message, **body}.items())
    assert page.status == status


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("multipart/form-data", ""),
        ("multipart/form-data; boundary=b", "text=hello"),
        ("multipart/form-data; boundary=b", "--b\r\n\r\nno name\r\n--b--\r\n"),
        (
            "multipart/form-data; boundary=b",
            '--b\r\nContent-Disposition: form-data; name="text"\r\n'
            "Content-Transfer-Encoding: runes\r\n\r\nx\r\n--b--\r\n",
        ),
    ],
)
async def test_what_is_no_form_is_refused(amara: Visitor, kind: str, part: str) -> None:
    sent = amara.session.post(f"{amara.address}/say", data=part.encode(), headers={"Content-Type": kind})
    async with sent as response:
        assert response.status == 400


async def test_what_is_not_packed_as_it_says_is_refused(amara: Visitor) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Encoding": "gzip"}
    async with amara.session.post(f"{amara.address}/say", data=b"\x1f\x8bnothing", headers=headers) as response:
        assert response.status == 400


async def test_what_is_no_text_is_refused(amara: Visitor) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=klingon"}
    async with amara.session.post(f"{amara.address}/say", data=b"text=\xff", headers=headers) as response:
        assert response.status == 400
    async with amara.session.post(f"{amara.address}/say", data={"text": "x" * 300_000}) as response:
        assert response.status == 413
