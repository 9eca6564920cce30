//! Signing in: one file for each way, and what they share.
//!
//! | way | who signs in | file |
//! | --- | --- | --- |
//! | client certificate | an application, by a key | `client_certificate`, `certificate` |
//! | client secret | an application, by a secret | `client_secret` |
//! | assertion | an application, by a token of elsewhere | `assertion`, `github`, `azure_devops` |
//! | managed identity | a machine, by where it runs | `managed_identity`, `arc` |
//! | Azure CLI | whoever has signed in there | `azure_cli` |
//!
//! From bottom to top: `secret`, `token_error` (what a refusal says, and [`advice`] on what it
//! means), `token_service` (requests to token services), `token_endpoint` (that of a tenant), a
//! file for each way, `token_cache` ([`TokenCache`] keeps the tokens), [`claims`](Claims),
//! `settings` (which way is taken), `authorization` (puts tokens on requests). No file here knows
//! ARM's requests.

mod arc;
mod assertion;
mod authorization;
mod azure_cli;
mod azure_devops;
mod certificate;
mod claims;
mod client_certificate;
mod client_secret;
mod federated_request;
mod github;
mod managed_identity;
mod secret;
mod settings;
mod token_cache;
mod token_endpoint;
mod token_error;
mod token_service;

pub use assertion::Assertion;
pub use azure_cli::AzureCli;
pub use azure_devops::AzureDevOps;
pub use claims::Claims;
pub use client_certificate::{CertificateSource, ClientCertificate};
pub use github::GitHub;
pub use managed_identity::{ManagedIdentity, ManagedIdentityHost};
pub use secret::{Secret, SecretSource};
pub use settings::{AuthMethod, CredentialSettings};
pub use token_cache::TokenCache;
pub use token_error::advice;
pub use token_service::HttpClients;

pub(crate) use authorization::Authorization;
pub(crate) use token_error::from_core_error;
