//! What isolated means: whether private endpoints lead where they should, and whether names lead
//! to them. All of it is judged from what a [`crate::assessment::reader::Reader`] shows.

pub mod account;
pub mod dns;
pub mod dns_servers;
pub mod endpoint;
pub mod perimeter;
pub mod policy;
pub mod posture;
mod project_roles;
pub mod related;
pub mod remediation;
mod store_roles;
pub mod telemetry;
mod wire;
pub mod workspace;
