//! terraform-provider-azureai: keeps an Azure AI workspace behind private link.
//!
//! From bottom to top; a module imports only from those above it in this list:
//!
//! - [`validators`]: rules for values, and when two values mean the same to Azure.
//! - [`private_link`]: what Azure publishes about the services behind private link.
//! - [`config`]: the provider's configuration.
//! - [`explain`]: Azure's errors as Terraform's diagnostics.
//! - [`client`]: the signed-in Azure of a process.
//! - [`assessment`]: checks, guard and posture.
//! - [`engine`]: resource, partial resource, data source, list and action, each implemented once.
//! - [`functions`] and [`resources`]: what the provider serves.
//! - [`provider`]: the catalogue of it.

pub mod assessment;
pub mod client;
pub mod codes;
pub mod config;
pub mod engine;
pub mod explain;
pub mod functions;
pub mod private_link;
pub mod provider;
pub mod resources;
pub mod validators;
