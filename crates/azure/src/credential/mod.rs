//! Authentication: one file for each method, and the shared parts.
//!
//! | method | identity | file |
//! | --- | --- | --- |
//! | client certificate | application with a key | `client_certificate`, `certificate` |
//! | client secret | application with a secret | `client_secret` |
//! | assertion | application with another issuer's token | `assertion`, `github`, `azure_devops` |
//! | managed identity | machine or app that runs the provider | `managed_identity`, `arc` |
//! | Azure CLI | account that is signed in to the CLI | `azure_cli` |
//!
//! From bottom to top: `secret`, `token_error` (decodes refusals, with [`advice`] on their codes),
//! `token_service` (requests to token services), `token_endpoint` (endpoint of a tenant), the files
//! of the methods, `token_cache` ([`TokenCache`] keeps the tokens), [`claims`](Claims), `settings`
//! (selects the method), and `authorization` (adds tokens to requests). No file here builds
//! requests to ARM.

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
