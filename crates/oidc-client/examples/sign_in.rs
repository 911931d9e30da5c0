//! Signs in at a provider, in a terminal. Register `http://localhost:8080` as a redirect URI, then
//! `ISSUER=https://… CLIENT_ID=… CLIENT_SECRET=… cargo run --example sign_in`.

use std::{env, error::Error, io};

use oidc_client::{AuthorizationRequest, Background, Client, Http, Settings};

const REDIRECT_URI: &str = "http://localhost:8080";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (issuer, client_id) = (env::var("ISSUER")?, env::var("CLIENT_ID")?);
    let settings = Settings::new(issuer, client_id, env::var("CLIENT_SECRET")?.into());
    let http = Http::new(Http::builder().build()?, Background::here());
    let client = Client::new(settings, http, jiff::Timestamp::now);

    // An application keeps these, bound to the browser, until the provider sends it back.
    let (challenge, verifier) = oauth2::PkceCodeChallenge::new_random_sha256();
    let state = oauth2::CsrfToken::new_random().into_secret();
    let nonce = oauth2::CsrfToken::new_random().into_secret();
    let request = AuthorizationRequest {
        redirect_uri: REDIRECT_URI,
        state: &state,
        nonce: &nonce,
        code_challenge: challenge.as_str(),
        hints: &[("prompt", Some("login"))],
    };
    let endpoint = client.provider().await?.authorization_endpoint.clone();
    println!(
        "Open {}",
        client.authorization_url(endpoint, &request).await?
    );
    println!("Then paste the address that the browser was sent to:");
    let mut address = String::new();
    io::stdin().read_line(&mut address)?;

    let address = url::Url::parse(address.trim())?;
    let parameter = |name: &str| {
        let mut pairs = address.query_pairs();
        pairs.find_map(|(known, value)| (known == name).then_some(value))
    };
    if parameter("state").as_deref() != Some(state.as_str()) {
        return Err("this is not the response to our request".into());
    }
    let code = parameter("code").ok_or("the provider sent no code")?;
    let tokens = client.exchange_code(&code, verifier.secret(), REDIRECT_URI);
    let tokens = tokens.await?;
    let claims = client
        .verify_id_token(tokens.id_token.as_ref(), &nonce)
        .await?;
    println!("Signed in as {}", claims.sub);
    if let Some(user) = client.userinfo(&tokens.access_token).await? {
        println!("Name: {}", user.display_name().unwrap_or_default());
    }
    if let Some(refresh_token) = &tokens.refresh_token {
        client.revoke(refresh_token).await?;
        println!("The refresh token is revoked.");
    }
    Ok(())
}
