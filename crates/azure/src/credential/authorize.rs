//! Puts tokens on requests to ARM.

use super::renewable::Renewable;
use super::service;
use crate::cloud::Cloud;
use async_trait::async_trait;
use azure_core::error::ErrorKind;
use azure_core::http::policies::{Policy, PolicyResult};
use azure_core::http::{Context, Request, StatusCode};
use std::sync::Arc;

/// Where the tokens of other tenants go (Azure's documentation of cross-tenant requests).
const AUXILIARY: &str = "x-ms-authorization-auxiliary";

/// Signs requests to one cloud's ARM. In place of azure_core's policy, which knows one token and
/// forgets it at any refusal (see [`super::renewable`]).
#[derive(Debug)]
pub(crate) struct Authorize {
    identity: Arc<Renewable>,
    scope: String,
    cloud: Cloud,
}

impl Authorize {
    /// Signs as this identity.
    pub(crate) fn new(identity: Arc<Renewable>, cloud: &Cloud) -> Self {
        Self { identity, scope: cloud.scope(), cloud: cloud.clone() }
    }
}

#[async_trait]
impl Policy for Authorize {
    async fn send(
        &self,
        context: &Context,
        request: &mut Request,
        next: &[Arc<dyn Policy>],
    ) -> PolicyResult {
        // The cloud's addresses are https, so this is a check of that as well.
        if request.url().origin() != self.cloud.resource_manager().origin() {
            let text = "a token is for Azure Resource Manager only";
            return Err(azure_core::Error::with_message(ErrorKind::Other, text));
        }
        let token = self.identity.token(&self.scope).await.map_err(service::carry)?;
        request.insert_header("authorization", format!("Bearer {}", token.expose()));
        let mut others = Vec::new();
        for tenant in self.identity.auxiliary() {
            others.push(tenant.token(&self.scope).await.map_err(service::carry)?);
        }
        if !others.is_empty() {
            let bearers: Vec<_> =
                others.iter().map(|token| format!("Bearer {}", token.expose())).collect();
            request.insert_header(AUXILIARY, bearers.join(", "));
        }
        let [first, rest @ ..] = next else {
            let text = "there is no transport";
            return Err(azure_core::Error::with_message(ErrorKind::Other, text));
        };
        let response = first.send(context, request, rest).await?;
        if response.status() == StatusCode::Unauthorized {
            self.identity.refuse(&self.scope, &token);
            for (tenant, token) in self.identity.auxiliary().iter().zip(&others) {
                tenant.refuse(&self.scope, token);
            }
        }
        Ok(response)
    }
}
