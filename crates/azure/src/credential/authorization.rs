//! Adds tokens to requests to ARM.

use super::claims::Claims;
use super::secret::Secret;
use super::token_cache::TokenCache;
use super::token_error::into_core_error;
use crate::cloud::Cloud;
use crate::error::Error;
use async_trait::async_trait;
use azure_core::error::ErrorKind as CoreErrorKind;
use azure_core::http::headers::HeaderName;
use azure_core::http::policies::{Policy, PolicyResult};
use azure_core::http::{Context, Request, StatusCode, Url};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Header for tokens of other tenants (Azure's documentation of cross-tenant requests).
const AUXILIARY: &str = "x-ms-authorization-auxiliary";

/// Header in which ARM names the tenant of a subscription when it refuses a token (RFC 6750, with
/// Azure's `authorization_uri`).
const CHALLENGE: HeaderName = HeaderName::from_static("www-authenticate");

/// Policy that authorizes requests to the ARM of one cloud. It replaces azure_core's policy, which
/// handles only one token and discards it after any refusal (see [`super::token_cache`]).
#[derive(Debug)]
pub(crate) struct Authorization {
    identity: Arc<TokenCache>,
    scope: String,
    cloud: Cloud,
    /// Subscriptions of other tenants in lowercase, each with the index of the token that ARM
    /// accepts. Index 0 is the identity's own token, and the auxiliary tokens follow.
    homes: Mutex<HashMap<String, usize>>,
}

impl Authorization {
    /// Creates the policy for an identity.
    pub(crate) fn new(identity: Arc<TokenCache>, cloud: &Cloud) -> Self {
        Self { identity, scope: cloud.scope(), cloud: cloud.clone(), homes: Mutex::default() }
    }

    /// Returns the identity's token and then the tokens of the auxiliary tenants.
    async fn tokens(&self) -> Result<Vec<Secret>, Error> {
        let mut tokens = vec![self.identity.token(&self.scope).await?];
        for tenant in self.identity.auxiliary() {
            tokens.push(tenant.token(&self.scope).await?);
        }
        Ok(tokens)
    }

    fn refuse(&self, tokens: &[Secret]) {
        let auxiliary = self.identity.auxiliary().iter();
        for (tenant, token) in std::iter::once(&self.identity).chain(auxiliary).zip(tokens) {
            tenant.refuse(&self.scope, token);
        }
    }

    fn homes(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.homes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Policy for Authorization {
    async fn send(
        &self,
        context: &Context,
        request: &mut Request,
        next: &[Arc<dyn Policy>],
    ) -> PolicyResult {
        // The cloud's URLs use https, so this check also enforces https.
        if request.url().origin() != self.cloud.resource_manager().origin() {
            let text = "tokens are sent only to Azure Resource Manager";
            return Err(azure_core::Error::with_message(CoreErrorKind::Other, text));
        }
        let [first, rest @ ..] = next else {
            let text = "the pipeline has no transport";
            return Err(azure_core::Error::with_message(CoreErrorKind::Other, text));
        };
        let tokens = self.tokens().await.map_err(into_core_error)?;
        let subscription = subscription_of(request.url());
        let home = self.homes().get(&subscription).copied().unwrap_or_default();
        sign(request, &tokens, home);
        let response = first.send(context, request, rest).await?;
        if response.status() != StatusCode::Unauthorized {
            return Ok(response);
        }
        let challenge = response.headers().get_optional_str(&CHALLENGE).unwrap_or_default();
        let Some(other) = opened_by(challenge, &tokens).filter(|other| *other != home) else {
            self.refuse(&tokens);
            return Ok(response);
        };
        // Sign later requests to the subscription with the token of its tenant.
        self.homes().insert(subscription, other);
        sign(request, &tokens, other);
        first.send(context, request, rest).await
    }
}

/// Adds the tokens to a request. `home` is the index of the token for the `authorization` header.
fn sign(request: &mut Request, tokens: &[Secret], home: usize) {
    let bearer = |token: &Secret| format!("Bearer {}", token.expose());
    if let Some(token) = tokens.get(home) {
        request.insert_header("authorization", bearer(token));
    }
    let others = tokens.iter().enumerate().filter(|(index, _)| *index != home);
    let others: Vec<String> = others.map(|(_, token)| bearer(token)).collect();
    if !others.is_empty() {
        request.insert_header(AUXILIARY, others.join(", "));
    }
}

/// Returns the subscription in a path in lowercase, or an empty text.
fn subscription_of(url: &Url) -> String {
    let path = url.path().to_ascii_lowercase();
    let inside = path.strip_prefix("/subscriptions/").unwrap_or_default();
    inside.split('/').next().unwrap_or_default().to_owned()
}

/// Returns the index of the token for the tenant that a challenge names.
fn opened_by(challenge: &str, tokens: &[Secret]) -> Option<usize> {
    let (_, rest) = challenge.split_once("authorization_uri=\"")?;
    let (authority, _) = rest.split_once('"')?;
    let tenant = authority.trim_end_matches('/').rsplit('/').next()?;
    let is_of = |token: &Secret| {
        Claims::of(token).tenant_id.is_some_and(|own| own.eq_ignore_ascii_case(tenant))
    };
    tokens.iter().position(is_of)
}
