//! The outcome of a registration or refresh, and the response that it requires.

/// The outcome of a registration or refresh.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome<T = ()> {
    /// The proof is valid. Respond with 200 and the bound cookie, and after a registration with
    /// [`crate::Instructions`].
    Bound(T),
    /// A refresh without a proof, or with an old challenge, which is a harmless race. Respond with
    /// 403 and a new [`crate::challenge`].
    ChallengeAgain,
    /// There is no such session. Respond with 200 and [`crate::END`].
    End,
    /// The proof is not valid. Respond with 401, with which the browser ends the bound session. The
    /// session on the server stays as it is: a thief can send this, too.
    Refuse(Fault),
}

impl<T> Outcome<T> {
    /// The status of the response.
    pub fn status(&self) -> u16 {
        match self {
            Self::Bound(_) | Self::End => 200,
            Self::Refuse(_) => 401,
            Self::ChallengeAgain => 403,
        }
    }
}

/// The reason why a proof is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Fault {
    /// There is no proof in the request.
    #[error("there is no proof")]
    Missing,
    /// The header field is not a structured field with a DBSC proof.
    #[error("the proof cannot be read")]
    Malformed,
    /// The algorithm is neither ES256 nor RS256, or not the key's.
    #[error("the algorithm is not allowed")]
    Algorithm,
    /// The key is missing, not on the curve P-256, or not an RSA key of 2,048 to 4,096 bits.
    #[error("the key is not allowed")]
    Key,
    /// The key did not make the signature.
    #[error("the signature is wrong")]
    Signature,
    /// The challenge has expired, or is not one for this session.
    #[error("the challenge is wrong")]
    Challenge,
    /// The proof names no session.
    #[error("the session is unknown")]
    Session,
    /// The session is bound already: to another key, or the request is older than the binding.
    #[error("the session is bound already")]
    AlreadyBound,
}
