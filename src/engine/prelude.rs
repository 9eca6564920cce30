//! Names that most files of [`crate::resources`] use: the traits that they implement, the types in
//! the signatures of these traits, and those of Terraform, ARM and JSON.

pub use super::data_source::{ArmDataSource, ObjectType};
pub use super::identity::IdentitySchema;
pub use super::list::{ArmList, ListScope, Source, itself};
pub use super::moves::AzurermType;
pub use super::partial::{ArmPartial, ObjectRef, Observed, OnDestroy, Verdict};
pub use super::related::{Related, RelatedObjects};
pub use super::resource::{
    ArmResource, Create, Delete, InlineChild, InlineChildren, Live, Moment, Pending,
    PendingCondition, ResourceType, WriteMethod,
};
pub use super::wire::{Plain, Reference, Tracked};
pub use crate::assessment::checks::input::{CheckInput, ConfigValue};
pub use crate::assessment::reader::{Read, Reader};
pub use crate::config::defaults::Defaults;
pub use crate::config::tags::{Tagged, Tags};
pub use crate::validators;
pub use azure::id::ResourceId;
pub use plugin::prelude::*;
pub use serde::{Deserialize, Serialize};
pub use serde_json::{Value as Json, json};
