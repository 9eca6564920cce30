//! `azureai_foundry_project`, the data source

use crate::engine::data_source::child_view::{ChildOf, ChildView};
use plugin::prelude::*;

/// The data source.
pub type FoundryProject = ChildOf<Project>;

/// What it shows.
#[derive(Clone)]
pub struct Project;

impl ChildView for Project {
    type Resource = super::FoundryProject;
    const DESCRIPTION: &'static str = "Reads a project of a Microsoft Foundry account.";
    const NAMED_BY: &'static [&'static str] = &["name", "cognitive_account_id"];
    const OMITTED: &'static [&'static str] = &[];

    fn validate(_config: &Value) -> Diagnostics {
        Diagnostics::new()
    }
}
