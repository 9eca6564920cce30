//! Checks of plans, and assessments of existing resources.

pub mod checks;
pub mod deleted_accounts;
pub mod finding;
pub mod foundry;
pub mod isolation;
pub mod managed_network;
pub mod outbound;
pub mod read;
pub mod reader;
pub mod roles;
