//! Network isolation: whether private endpoints lead to the resources that need them, and whether
//! names lead to the endpoints. Each judgement is a pure function of a
//! [`crate::assessment::reader::Reader`].

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
