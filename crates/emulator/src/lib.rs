//! Azure Resource Manager in memory, for trying and testing without an Azure account.
//!
//! It serves what the private link of an Azure AI workspace needs: networks, private endpoints,
//! private DNS, the workspace and its resources; over https, with a certificate authority of its
//! own. `DIFFERENCES.md` says where it is not Azure.
//!
//! Reading order: `http` (a request comes in), `arm` (what it asks for), `read` and `write`
//! (what is done), `kinds` (the resource types), `operation` (what takes time), `fault`, and
//! `rules` (rights, locks and policies).

mod answer;
mod arm;
mod body;
mod builder;
mod call;
mod clock;
mod cloud;
mod control;
mod error;
mod fault;
mod group;
mod http;
mod id;
mod keep;
mod kinds;
mod limits;
mod log;
mod manners;
mod metadata;
mod operation;
mod page;
mod read;
mod rules;
mod seed;
mod server;
mod sign_in;
mod store;
mod subscription;
mod tls;
mod token;
mod world;
mod write;

pub use builder::Builder;
pub use fault::{Fault, FaultKind};
pub use limits::{Limit, Limits};
pub use log::Request;
pub use rules::access::Role;
pub use rules::lock::Lock;
pub use rules::policy::Policy;
pub use server::Emulator;
