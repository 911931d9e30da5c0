"""An application on Wristband's FastAPI SDK, with the routes that sdk-promises.ts asks for."""

import os

import uvicorn
from fastapi import Depends, FastAPI, Request, Response
from wristband.fastapi_auth import (
    AuthConfig,
    JWTAuthResult,
    LogoutConfig,
    RedirectRequiredCallbackResult,
    SessionMiddleware,
    WristbandAuth,
)

SECRET = "a-secret-of-at-least-thirty-two-characters"

# Login and redirect URLs come from the provider's sdk-configuration endpoint.
auth = WristbandAuth(
    AuthConfig(
        client_id="local-client",
        client_secret="local-secret",
        dangerously_disable_secure_cookies=True,
        login_state_secret=SECRET,
        scopes=["openid", "offline_access", "email", "profile", "roles"],
        wristband_application_vanity_domain=os.environ["APPLICATION_VANITY_DOMAIN"],
    )
)
require_jwt = auth.create_jwt_auth_dependency()

app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key=SECRET, secure=False)


@app.get("/api/auth/login")
async def login(request: Request) -> Response:
    return await auth.login(request)


@app.get("/api/auth/callback")
async def callback(request: Request) -> Response:
    result = await auth.callback(request)
    if isinstance(result, RedirectRequiredCallbackResult):
        return await auth.create_callback_response(request, result.redirect_url)
    email = {"email": result.callback_data.user_info.email}
    request.state.session.from_callback(result.callback_data, custom_fields=email)
    return await auth.create_callback_response(request, "/api/session")


@app.get("/api/session")
async def session(request: Request) -> dict[str, str | None]:
    session = request.state.session
    return {
        "email": session.email,
        "tenantName": session.tenant_name,
        "tenantCustomDomain": session.tenant_custom_domain,
        "accessToken": session.access_token,
        "refreshToken": session.refresh_token,
    }


@app.get("/api/refresh")
async def refresh(request: Request) -> dict[str, str | None]:
    tokens = await auth.refresh_token_if_expired(request.state.session.refresh_token, expires_at=1)
    request.state.session.access_token = tokens.access_token
    request.state.session.refresh_token = tokens.refresh_token
    request.state.session.save()
    return await session(request)


@app.get("/api/auth/logout")
async def logout(request: Request) -> Response:
    session = request.state.session
    config = LogoutConfig(refresh_token=session.refresh_token, tenant_name=session.tenant_name)
    session.clear()
    return await auth.logout(request, config)


@app.get("/api/subject-of-bearer-token")
async def subject(result: JWTAuthResult = Depends(require_jwt)) -> dict[str, str | None]:
    return {"sub": result.payload.sub}


uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
