//! `azureai_foundry_project`, the data source

use crate::engine::data_source::child_view::{ChildOf, ChildView};
use crate::engine::prelude::*;
use crate::resources::common::foundry_connections::{ShownConnection, shown};

/// Reads a project of a Microsoft Foundry account, with its connections.
#[derive(Model, Clone)]
pub struct FoundryProject {
    #[tf(flatten)]
    project: ChildOf<Project>,
    /// Connections of the project, without secrets. Null if the identity cannot read them.
    connections: Computed<Vec<ShownConnection>>,
}

/// The resource that the data source shows.
#[derive(Clone)]
pub struct Project;

impl ChildView for Project {
    type Resource = super::FoundryProject;
    const DESCRIPTION: &'static str = "Reads a project of a Microsoft Foundry account.";
    const NAMED_BY: &'static [&'static str] = &["name", "cognitive_account_id"];
}

impl ArmDataSource for FoundryProject {
    const NAME: &'static str = ChildOf::<Project>::NAME;

    fn read(&mut self, reader: &Reader, defaults: &Defaults) -> Result<(), Diagnostics> {
        self.project.read(reader, defaults)?;
        let project = self.project.encode();
        let id = project.get("id").as_str().and_then(|id| ResourceId::parse(id).ok());
        if let Some(id) = id {
            self.connections.set(shown(reader, &id)?);
        }
        Ok(())
    }

    fn validate(config: &Value) -> Diagnostics {
        ChildOf::<Project>::validate(config)
    }
}
