//! The user, by the claims of the provider.

use serde::{Deserialize, Serialize};

/// The user's claims that a session keeps.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[expect(missing_docs, reason = "the names are those of the claims")]
pub struct User {
    pub id: String,
    pub tenant_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_custom_domain: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_provider: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
}

impl User {
    /// Bytes of its texts and roles in memory, without the struct itself.
    pub(crate) fn text_length(&self) -> usize {
        let texts = [
            &self.tenant_name,
            &self.tenant_custom_domain,
            &self.identity_provider,
            &self.name,
            &self.email,
        ];
        let texts = texts
            .into_iter()
            .flatten()
            .chain([&self.id, &self.tenant_id]);
        texts.map(String::len).sum::<usize>() + roles_length(&self.roles)
    }

    /// Returns `true` if the user has the role of this name.
    pub fn has_role(&self, name: &str) -> bool {
        self.roles.iter().any(|role| role.name == name)
    }
}

/// Bytes of roles in memory.
pub(crate) fn roles_length(roles: &[Role]) -> usize {
    let length =
        |role: &Role| size_of::<Role>() + role.id.len() + role.name.len() + role.display_name.len();
    roles.iter().map(length).sum()
}

/// A role of the user at the provider.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Role {
    /// The provider's id of the role.
    pub id: String,
    /// The name for programs.
    pub name: String,
    /// The name for people.
    #[serde(alias = "display_name")]
    pub display_name: String,
}
