//! Azure Resource Manager in memory, for trying and testing without an Azure account.
//!
//! It serves what the private link of an Azure AI workspace needs: networks, private endpoints,
//! private DNS, the workspace and its resources; over https, with a certificate authority of its
//! own. `DIFFERENCES.md` says where it is not Azure.
//!
//! The modules, bottom to top. Each imports only from those that stand before it here, in the
//! lines above or in its own; nothing imports from a later one.
//!
//! 1. Plain data that knows nothing of a world: `resource_id`, `cloud`, `clock`, `guid`, `jwt`,
//!    `merge_patch`, `log`, `limits` (quotas), `connection` and `tls` (how clients are connected),
//!    `fault` (what goes wrong on order), `arm_error`, `request` and `response` (HTTP as the rest
//!    sees it), `origin` (requests for pages from elsewhere), `rules` (rights, locks and policies).
//! 2. `world`: settings and options, resources, running operations, and all of the above in one
//!    value. It is handed its resource types as a `Registry` of trait objects. `world` and
//!    `world::resource_type` name each other, because the hooks of a type work on a world; it is
//!    the only circle.
//! 3. `body` (how request bodies are read and become resources), `sign_in` (Microsoft Entra ID and
//!    the platforms that issue tokens), `metadata`.
//! 4. `resource_types`: a file for each type, listed in its `mod.rs`. To add one is a file and a
//!    line.
//! 5. `arm`: the way of a request, from its token over rules and limits to `read` and `write`.
//! 6. `app` (the world behind a lock), `seed` (the default world), `control` (the control API),
//!    `persistence` (worlds in files), `page` (the page for people).
//! 7. `http` (routes each request, with the faults that it meets), `emulator` (a running one),
//!    `builder` (how it shall be, and its start).

mod app;
mod arm;
mod arm_error;
mod body;
mod builder;
mod clock;
mod cloud;
mod connection;
mod control;
mod emulator;
mod fault;
mod guid;
mod http;
mod jwt;
mod limits;
mod log;
mod merge_patch;
mod metadata;
mod origin;
mod page;
mod persistence;
mod request;
mod resource_id;
mod resource_types;
mod response;
mod rules;
mod seed;
mod sign_in;
mod tls;
mod world;

pub use builder::Builder;
pub use emulator::Emulator;
pub use fault::{Fault, FaultKind};
pub use limits::{Limit, Limits};
pub use log::Request;
pub use rules::access::Role;
pub use rules::lock::Lock;
pub use rules::policy::Policy;
pub use world::options::HostRoles;
