"""Signing in a browser when a token is set: the page that asks for it, and the session that follows."""

from __future__ import annotations

from typing import Final

import orjson
from starlette.responses import HTMLResponse, Response

from nodebuilder.server.tokens import Session, Tokens

PAGE: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>AI Node Builder</title>
<meta name="viewport" content="width=device-width">
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 26rem; margin: 15vh auto; padding: 0 1rem }
  input, button { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; margin-top: .5rem }
</style></head>
<body>
<h1>AI Node Builder</h1>
<p>This server wants a token. Open the link that it printed when it started, or enter the token here.</p>
<form id="signin"><label>Token <input name="token" type="password" autocomplete="off" required></label>
<button>Sign in</button></form>
<p role="alert" id="why"></p>
<script src="/signin.js"></script>
</body>
</html>
"""

SCRIPT: Final = """const form = document.getElementById("signin");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const token = new FormData(form).get("token");
  const answer = await fetch("/api/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
  });
  const told = await answer.json();
  if (answer.ok) location.replace("/#session=" + told.page_key);
  else document.getElementById("why").textContent = told.detail + " " + told.remedy;
});
"""


def signin_page() -> Response:
    """Return the page that asks for the token."""
    return HTMLResponse(PAGE, 401)


def signin_script() -> Response:
    """Return the script of that page."""
    return Response(SCRIPT, media_type="text/javascript")


def start_session(tokens: Tokens, session: Session, port: int, *, secure: bool) -> Response:
    """Return the answer to a launch link: the cookie, and the way to the editor with the page key behind the `#`."""
    response = Response(status_code=303, headers={"location": f"/#session={session.page_key}"})
    set_cookie(response, tokens, session, port, secure=secure)
    return response


def signed_in(tokens: Tokens, session: Session, port: int, *, secure: bool) -> Response:
    """Return the answer to a right token."""
    response = Response(orjson.dumps({"page_key": session.page_key}), media_type="application/json")
    set_cookie(response, tokens, session, port, secure=secure)
    return response


def set_cookie(response: Response, tokens: Tokens, session: Session, port: int, *, secure: bool) -> None:
    """Give the browser the session's cookie, which no script can read and no other site sends."""
    response.set_cookie(
        tokens.cookie_name(port), session.cookie, httponly=True, samesite="strict", secure=secure, path="/"
    )
