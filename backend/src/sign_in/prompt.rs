//! `prompt` of an authorization request.

use serde::Deserialize;

/// A value of `prompt`: OpenID Connect Core section 3.1.2.1, and `create` of Initiating User
/// Registration via OpenID Connect 1.0.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the names are those of the standards")]
pub enum Prompt {
    None,
    Login,
    Consent,
    SelectAccount,
    Create,
}

impl Prompt {
    const ALL: [Self; 5] = [
        Self::None,
        Self::Login,
        Self::Consent,
        Self::SelectAccount,
        Self::Create,
    ];

    /// The value of the request parameter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
            Self::Create => "create",
        }
    }
}

/// The interactions that a sign-in requires, each once; empty: the provider decides.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(try_from = "String")]
pub struct Prompts(Vec<Prompt>);

impl Prompts {
    /// Only this interaction.
    pub fn only(prompt: Prompt) -> Self {
        Self(vec![prompt])
    }

    /// Returns `true` if this interaction is among them.
    pub fn contains(&self, prompt: Prompt) -> bool {
        self.0.contains(&prompt)
    }

    /// Returns `true` for a sign-in without the user (`none`).
    pub fn is_silent(&self) -> bool {
        self.contains(Prompt::None)
    }

    /// The value of the request parameter, separated by spaces; `None` if there are none.
    pub fn to_parameter(&self) -> Option<String> {
        let names: Vec<_> = self.0.iter().map(|prompt| prompt.as_str()).collect();
        (!names.is_empty()).then(|| names.join(" "))
    }
}

impl TryFrom<String> for Prompts {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut prompts = Self::default();
        for name in text.split(' ') {
            let known = Prompt::ALL.into_iter();
            let mut known = known.filter(|prompt| prompt.as_str() == name);
            let prompt = known.next().ok_or("unknown prompt")?;
            if !prompts.contains(prompt) {
                prompts.0.push(prompt);
            }
        }
        if prompts.is_silent() && prompts.0.len() > 1 {
            return Err("none cannot be combined");
        }
        Ok(prompts)
    }
}
