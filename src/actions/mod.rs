//! The actions, one file each.

pub mod private_endpoint_connection_decision;
pub mod set_public_network_access;
