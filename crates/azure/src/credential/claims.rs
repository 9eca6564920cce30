//! Claims of an access token about the signed-in identity.
//!
//! Microsoft documents an access token as opaque to its client. A token that cannot be decoded is
//! therefore no error: its claims are empty. `jsonwebtoken` would refuse tokens with unknown
//! headers, and its checks are ARM's task. Without these checks, decoding takes three lines.

use super::secret::Secret;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use uuid::Uuid;

/// Claims about the signed-in identity. They serve only messages: ARM alone can verify a token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Claims {
    /// Object ID of the user, service principal, or managed identity.
    #[serde(rename = "oid")]
    pub object_id: Option<String>,
    /// Client ID of the application that signed in. Newer tokens call it `azp`.
    #[serde(rename = "appid", alias = "azp")]
    pub client_id: Option<String>,
    /// Tenant ID of the token.
    #[serde(rename = "tid")]
    pub tenant_id: Option<String>,
}

impl Claims {
    /// Returns the object ID if it is a GUID, so that it can be printed in a command.
    pub fn object_id_in_text(&self) -> Option<&str> {
        let id = self.object_id.as_deref()?;
        Uuid::try_parse(id).ok().map(|_| id)
    }

    /// Returns the claims of a token, or empty claims if the token cannot be decoded.
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
    fn claims_are_decoded_or_empty() {
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
