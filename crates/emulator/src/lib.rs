//! Azure Resource Manager in memory, for offline tests and trials without an Azure account.
//!
//! The emulator serves what the private link of an Azure AI workspace needs: networks, private
//! endpoints, private DNS, the workspace and its resources. It uses HTTPS with a certificate
//! authority of its own. `DIFFERENCES.md` lists where it differs from Azure.
//!
//! This is the order of the modules, from bottom to top. A module imports only from modules in
//! earlier lines or in its own line.
//!
//! 1. Modules without access to a world: `resource_id`, `cloud`, `clock`, `guid`, `jwt`,
//!    `merge_patch`, `log`, `limits` (quotas), `connection` and `tls` (connections of clients),
//!    `fault` (failures that tests set), `arm_error`, `request` and `response` (HTTP for the
//!    modules above), `origin` (protection against foreign web pages), `rules` (rights, locks and
//!    policies).
//! 2. `world`: settings and options, resources, running operations, and all of the above in one
//!    value. It gets its resource types as a `Registry` of trait objects. `world` and
//!    `world::resource_type` import each other, because the hooks of a type change a world. This
//!    is the only cycle.
//! 3. `body` (parsing of request bodies, and conversion to resources), `sign_in` (Microsoft Entra
//!    ID and the platforms that issue tokens), `metadata`, `environment` (variables of clients).
//! 4. `resource_types`: a file for each type, listed in `mod.rs`. A new type needs a file and an
//!    entry in the list.
//! 5. `arm`: handles a request, from its token through rules and limits to `read` and `write`.
//! 6. `app` (the world behind a lock), `seed` (the default world), `control` (the control API),
//!    `persistence` (worlds in files), `page` (the HTML page), `bootstrap` (the certificate and the
//!    variables over http).
//! 7. `http` (routes requests and applies faults), `emulator` (a running emulator), `builder`
//!    (settings and start).

mod app;
mod arm;
mod arm_error;
mod body;
mod bootstrap;
mod builder;
mod clock;
mod cloud;
mod connection;
mod control;
mod emulator;
mod environment;
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
pub use environment::{Client, Variable};
pub use fault::{Fault, FaultKind};
pub use limits::{Limit, Limits};
pub use log::Request;
pub use rules::access::Role;
pub use rules::lock::Lock;
pub use rules::policy::Policy;
pub use world::options::HostRoles;
