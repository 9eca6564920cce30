//! What a token says of whom it was given to.
//!
//! An access token is opaque to its client by Microsoft's documentation: one that cannot be read is
//! no error, and says nothing. `jsonwebtoken` would refuse tokens with a header that it does not
//! know, and its checks are ARM's to make; without them, reading takes three lines.

use super::secret::Secret;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use uuid::Uuid;

/// Who is signed in, as the token says. It is told to people and nothing is decided by it: only
/// ARM can tell whether a token is genuine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Claims {
    /// GUID of the user, the service principal or the managed identity.
    #[serde(rename = "oid")]
    pub object_id: Option<String>,
    /// GUID of the application that signed in; `azp` in newer tokens.
    #[serde(rename = "appid", alias = "azp")]
    pub client_id: Option<String>,
    /// GUID of the tenant that the token is good in.
    #[serde(rename = "tid")]
    pub tenant_id: Option<String>,
}

impl Claims {
    /// The object ID, fit to be printed in a command; `None` where the token has none, or something
    /// that is not a GUID.
    pub fn object_id_in_text(&self) -> Option<&str> {
        let id = self.object_id.as_deref()?;
        Uuid::try_parse(id).ok().map(|_| id)
    }

    /// What this token says; nothing where it cannot be read.
    pub(crate) fn of(token: &Secret) -> Self {
        let payload = token.expose().split('.').nth(1).unwrap_or_default();
        let json = BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
        serde_json::from_slice(&json).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_whom_it_was_given_to_or_nothing() {
        let of = |claims: &str| {
            let payload = BASE64_URL_SAFE_NO_PAD.encode(claims);
            Claims::of(&Secret::new(format!("e30.{payload}.c2ln")))
        };
        let client = |id: &str| Claims { client_id: Some(id.to_owned()), ..Claims::default() };
        assert_eq!(of(r#"{"appid":"a","ver":"1.0"}"#), client("a"));
        assert_eq!(of(r#"{"azp":"b","ver":"2.0"}"#), client("b"));
        let user = Claims {
            object_id: Some("o".to_owned()),
            tenant_id: Some("t".to_owned()),
            ..Claims::default()
        };
        assert_eq!(of(r#"{"tid":"t","oid":"o"}"#), user);
        for nothing in ["", "opaque", "a.b.c", "e30.bm8.c2ln"] {
            assert_eq!(Claims::of(&Secret::new(nothing)), Claims::default(), "{nothing}");
        }
    }
}
