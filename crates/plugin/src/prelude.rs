//! Names that most providers use: `use terraform_plugin::prelude::*`.

pub use crate::action::{Action, AnyAction};
pub use crate::context::Context;
pub use crate::data_source::{AnyDataSource, DataSource};
pub use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
pub use crate::ephemeral::{AnyEphemeralResource, EphemeralResource, Opened};
pub use crate::field::{Computed, OptionalBlocks, OptionalComputed, Secret, WriteOnly};
pub use crate::function::{Function, FunctionError, Parameter, Signature};
pub use crate::list::ListResult;
pub use crate::model::{BlockSet, Blocks, Identified, Model, Object, Single};
pub use crate::moves::{MoveSource, Stored};
pub use crate::path::Path;
pub use crate::provider::Provider;
pub use crate::resource::{AnyResource, Change, Resource};
pub use crate::rpc::Service;
pub use crate::schema::{Block, Check};
pub use crate::serve::{Options, run};
pub use crate::timeouts::Timeouts;
pub use crate::ty::Type;
pub use crate::value::Value;
pub use async_trait::async_trait;
