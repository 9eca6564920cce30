//! terraform-provider-azureai: Terraform resources for Azure AI workspaces behind Private Link.
//!
//! Modules from bottom to top. A module imports only from the modules above it in this list:
//!
//! - [`validators`]: checks of values, and comparisons that treat values as Azure does.
//! - [`private_link`]: the services that support Private Link, as Azure documents them.
//! - [`config`]: the provider's configuration.
//! - [`explain`]: turns Azure's errors into Terraform diagnostics.
//! - [`client`]: the authenticated Azure client of the process.
//! - [`assessment`]: checks, guards, and the network isolation posture.
//! - [`engine`]: the implementations of resources, partial resources, data sources, lists, and
//!   actions.
//! - [`functions`] and [`resources`]: what the provider offers to Terraform.
//! - [`provider`]: the provider itself, with the list of everything that it offers.

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
