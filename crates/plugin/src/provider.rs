//! What a provider is: its settings and the lists of what it serves.

use crate::action::AnyAction;
use crate::data_source::AnyDataSource;
use crate::diagnostic::Diagnostics;
use crate::ephemeral::AnyEphemeralResource;
use crate::function::Function;
use crate::list::AnyListResource;
use crate::resource::AnyResource;
use crate::schema::{Block, Schema};
use crate::value::Value;
use async_trait::async_trait;

/// A provider.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// The attributes and blocks of its configuration.
    fn block(&self) -> Block;

    /// Its resources.
    fn resources(&self) -> Vec<Box<dyn AnyResource>> {
        Vec::new()
    }

    /// Its data sources.
    fn data_sources(&self) -> Vec<Box<dyn AnyDataSource>> {
        Vec::new()
    }

    /// Its ephemeral resources.
    fn ephemeral_resources(&self) -> Vec<Box<dyn AnyEphemeralResource>> {
        Vec::new()
    }

    /// Its lists: each of the objects of one of its resources.
    fn list_resources(&self) -> Vec<Box<dyn AnyListResource>> {
        Vec::new()
    }

    /// Its actions.
    fn actions(&self) -> Vec<Box<dyn AnyAction>> {
        Vec::new()
    }

    /// Its functions.
    fn functions(&self) -> Vec<Box<dyn Function>> {
        Vec::new()
    }

    /// How import IDs may be written: a sentence for the documentation.
    fn import_note(&self) -> &'static str {
        ""
    }

    /// Rules of the configuration that concern several attributes. Values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Takes a configuration into use. Values may be unknown: what then needs them fails with a
    /// message of its own. A process that serves a debugger may be configured again and again.
    async fn configure(&self, config: Value, terraform_version: &str) -> Diagnostics {
        let _ = (config, terraform_version);
        Diagnostics::new()
    }
}

/// Everything that a provider serves, with its schemas at hand.
pub struct Catalogue {
    /// The provider's own configuration.
    pub provider: Schema,
    /// Its resources, by name.
    pub resources: Vec<(Schema, Box<dyn AnyResource>)>,
    /// Its data sources, by name.
    pub data_sources: Vec<(Schema, Box<dyn AnyDataSource>)>,
    /// Its ephemeral resources, by name.
    pub ephemeral_resources: Vec<(Schema, Box<dyn AnyEphemeralResource>)>,
    /// Its lists, by the name of the resource.
    pub list_resources: Vec<(Schema, Box<dyn AnyListResource>)>,
    /// Its actions, by name.
    pub actions: Vec<(Schema, Box<dyn AnyAction>)>,
    /// Its functions, by name.
    pub functions: Vec<Box<dyn Function>>,
    /// As [`Provider::import_note`].
    pub import_note: &'static str,
}

impl Catalogue {
    /// Collects what the provider serves.
    pub fn of(provider: &dyn Provider) -> Self {
        let mut resources = provider.resources();
        resources.sort_by_key(|resource| resource.name());
        let mut data_sources = provider.data_sources();
        data_sources.sort_by_key(|data_source| data_source.name());
        let mut ephemeral_resources = provider.ephemeral_resources();
        ephemeral_resources.sort_by_key(|ephemeral| ephemeral.name());
        let mut list_resources = provider.list_resources();
        list_resources.sort_by_key(|list| list.name());
        let mut actions = provider.actions();
        actions.sort_by_key(|action| action.name());
        let mut functions = provider.functions();
        functions.sort_by_key(|function| function.signature().name);
        Self {
            provider: Schema { version: 0, block: provider.block() },
            resources: resources.into_iter().map(|it| (it.schema(), it)).collect(),
            data_sources: data_sources.into_iter().map(|it| (it.schema(), it)).collect(),
            ephemeral_resources: ephemeral_resources
                .into_iter()
                .map(|it| (it.schema(), it))
                .collect(),
            list_resources: list_resources.into_iter().map(|it| (it.schema(), it)).collect(),
            actions: actions.into_iter().map(|it| (it.schema(), it)).collect(),
            functions,
            import_note: provider.import_note(),
        }
    }

    /// The resource of that type.
    pub fn resource(&self, name: &str) -> Option<(&Schema, &dyn AnyResource)> {
        let found = self.resources.iter().find(|(_, resource)| resource.name() == name);
        found.map(|(schema, resource)| (schema, resource.as_ref()))
    }

    /// The data source of that type.
    pub fn data_source(&self, name: &str) -> Option<(&Schema, &dyn AnyDataSource)> {
        let found = self.data_sources.iter().find(|(_, it)| it.name() == name);
        found.map(|(schema, data_source)| (schema, data_source.as_ref()))
    }

    /// The ephemeral resource of that type.
    pub fn ephemeral_resource(&self, name: &str) -> Option<(&Schema, &dyn AnyEphemeralResource)> {
        let found = self.ephemeral_resources.iter().find(|(_, it)| it.name() == name);
        found.map(|(schema, ephemeral)| (schema, ephemeral.as_ref()))
    }

    /// The list of objects of that type.
    pub fn list_resource(&self, name: &str) -> Option<(&Schema, &dyn AnyListResource)> {
        let found = self.list_resources.iter().find(|(_, it)| it.name() == name);
        found.map(|(schema, list)| (schema, list.as_ref()))
    }

    /// The action of that type.
    pub fn action(&self, name: &str) -> Option<(&Schema, &dyn AnyAction)> {
        let found = self.actions.iter().find(|(_, action)| action.name() == name);
        found.map(|(schema, action)| (schema, action.as_ref()))
    }

    /// The function of that name.
    pub fn function(&self, name: &str) -> Option<&dyn Function> {
        self.functions.iter().find(|it| it.signature().name == name).map(AsRef::as_ref)
    }
}
