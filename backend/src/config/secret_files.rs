//! Secrets in files, as Docker and Kubernetes mount them: `CLIENT_SECRET_FILE` instead of
//! `CLIENT_SECRET`, and so on.

use std::{fs, path::Path};

use anyhow::{Context, bail};

use super::{Config, values::split_secrets};

impl Config {
    /// Sets the secrets whose files are named.
    ///
    /// # Errors
    /// If a secret is also set directly, or if its file cannot be read or is empty.
    pub(super) fn read_secret_files(&mut self) -> anyhow::Result<()> {
        let (provider, session) = (&mut self.provider, &mut self.session);
        if let Some(file) = &provider.client_secret_file {
            let secret = read("CLIENT_SECRET", file, provider.client_secret.is_some())?;
            provider.client_secret = Some(secret.into());
        }
        if let Some(file) = &session.session_secrets_file {
            let secrets = read("SESSION_SECRETS", file, session.session_secrets.is_some())?;
            session.session_secrets = Some(split_secrets(&secrets));
        }
        if let Some(file) = &session.redis_url_file {
            let url = read("REDIS_URL", file, session.redis_url.is_some())?;
            session.redis_url = Some(url.into());
        }
        Ok(())
    }
}

/// Returns the text of the file in `{name}_FILE`, without line breaks at its end. Errors do not
/// contain it.
fn read(name: &str, file: &Path, is_set: bool) -> anyhow::Result<String> {
    if is_set {
        bail!("{name} and {name}_FILE are both set: unset one of them");
    }
    let text = fs::read_to_string(file);
    let text = text.with_context(|| format!("{name}_FILE: cannot read {}", file.display()))?;
    if text.trim().is_empty() {
        bail!("{name}_FILE: {} is empty", file.display());
    }
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
