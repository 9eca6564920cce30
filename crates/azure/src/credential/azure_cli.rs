//! Authentication with the account that is signed in to the Azure CLI.

use super::token_endpoint::malformed;
use super::token_error::{codes_in, into_core_error};
use crate::error::{Error, ErrorKind};
use async_trait::async_trait;
use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_identity::{AzureCliCredential, AzureCliCredentialOptions, Executor};
use std::ffi::OsStr;
use std::io;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::process::Command;

/// Time limit of `az`. It takes a second or two, and more if it renews its own token.
const AZ_TIMEOUT: Duration = Duration::from_secs(60);

/// Selection of an account of the Azure CLI.
#[derive(Clone, Debug, Default)]
pub struct AzureCli {
    /// Subscription whose account is used, if no tenant is configured.
    pub subscription: Option<String>,
}

impl AzureCli {
    pub(super) fn credential(
        &self,
        tenant: Option<&str>,
    ) -> Result<Arc<dyn TokenCredential>, Error> {
        let tenant_id = tenant.map(str::to_owned);
        // `az` does not accept both a subscription and a tenant.
        let subscription = self.subscription.clone().filter(|_| tenant_id.is_none());
        let executor: Option<Arc<dyn Executor>> = Some(Arc::new(AzExecutor));
        let options = AzureCliCredentialOptions { subscription, tenant_id, executor };
        let inner = AzureCliCredential::new(Some(options)).map_err(malformed)?;
        Ok(Arc::new(CliCredential(inner)))
    }
}

/// Runs `az` like the executor of azure_identity, but without the provider's standard input. Kills
/// `az` when its caller stops waiting.
#[derive(Debug)]
struct AzExecutor;

#[async_trait]
impl Executor for AzExecutor {
    async fn run(&self, program: &OsStr, args: &[&OsStr]) -> io::Result<Output> {
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::null()).kill_on_drop(true);
        match tokio::time::timeout(AZ_TIMEOUT, command.output()).await {
            Ok(output) => output,
            Err(_) => Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("az did not finish within {} seconds", AZ_TIMEOUT.as_secs()),
            )),
        }
    }
}

/// azure_identity's credential, which reports the error output of `az` as an [`Error`].
#[derive(Debug)]
struct CliCredential(Arc<AzureCliCredential>);

#[async_trait]
impl TokenCredential for CliCredential {
    async fn get_token(
        &self,
        scopes: &[&str],
        options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        self.0.get_token(scopes, options).await.map_err(|error| {
            let error =
                Error::from_source(ErrorKind::SignIn, "The Azure CLI returned no token", &error);
            // The SDK's troubleshooting links do not help the users of a provider.
            let text = error.to_string();
            let text = text.split("\nTo troubleshoot").next().unwrap_or_default();
            let mut codes = codes_in(text);
            if text.contains("Subscription '") && text.contains("not found") {
                codes.push("SubscriptionNotFound".to_owned());
            }
            into_core_error(Error::new(ErrorKind::SignIn, text).with_codes(codes))
        })
    }
}
