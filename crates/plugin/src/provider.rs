//! Providers: their configuration and the types that they offer.

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
    /// Returns the schema of the provider's configuration.
    fn block(&self) -> Block;

    /// Returns the resources.
    fn resources(&self) -> Vec<Box<dyn AnyResource>> {
        Vec::new()
    }

    /// Returns the data sources.
    fn data_sources(&self) -> Vec<Box<dyn AnyDataSource>> {
        Vec::new()
    }

    /// Returns the ephemeral resources.
    fn ephemeral_resources(&self) -> Vec<Box<dyn AnyEphemeralResource>> {
        Vec::new()
    }

    /// Returns the list resources, one for each resource that can be listed.
    fn list_resources(&self) -> Vec<Box<dyn AnyListResource>> {
        Vec::new()
    }

    /// Returns the actions.
    fn actions(&self) -> Vec<Box<dyn AnyAction>> {
        Vec::new()
    }

    /// Returns the functions.
    fn functions(&self) -> Vec<Box<dyn Function>> {
        Vec::new()
    }

    /// Returns a sentence for the documentation about the forms of import IDs.
    fn import_note(&self) -> &'static str {
        ""
    }

    /// Checks rules of the configuration that span several attributes. Values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Configures the provider. Values may be unknown: an operation that needs such a value fails
    /// with a message of its own. In debug mode, one process is configured several times.
    async fn configure(&self, config: Value, terraform_version: &str) -> Diagnostics {
        let _ = (config, terraform_version);
        Diagnostics::new()
    }
}

/// All types of a provider, with their schemas.
pub struct Catalogue {
    /// Schema of the provider's configuration.
    pub provider: Schema,
    /// Resources, by name.
    pub resources: Vec<(Schema, Box<dyn AnyResource>)>,
    /// Data sources, by name.
    pub data_sources: Vec<(Schema, Box<dyn AnyDataSource>)>,
    /// Ephemeral resources, by name.
    pub ephemeral_resources: Vec<(Schema, Box<dyn AnyEphemeralResource>)>,
    /// List resources, by the name of the resource.
    pub list_resources: Vec<(Schema, Box<dyn AnyListResource>)>,
    /// Actions, by name.
    pub actions: Vec<(Schema, Box<dyn AnyAction>)>,
    /// Functions, by name.
    pub functions: Vec<Box<dyn Function>>,
    /// Value of [`Provider::import_note`].
    pub import_note: &'static str,
}

impl Catalogue {
    /// Collects the types of a provider.
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

    /// Returns the resource with this name.
    pub fn resource(&self, name: &str) -> Option<(&Schema, &dyn AnyResource)> {
        let found = self.resources.iter().find(|(_, resource)| resource.name() == name);
        found.map(|(schema, resource)| (schema, resource.as_ref()))
    }

    /// Returns the data source with this name.
    pub fn data_source(&self, name: &str) -> Option<(&Schema, &dyn AnyDataSource)> {
        let found = self.data_sources.iter().find(|(_, it)| it.name() == name);
        found.map(|(schema, data_source)| (schema, data_source.as_ref()))
    }

    /// Returns the ephemeral resource with this name.
    pub fn ephemeral_resource(&self, name: &str) -> Option<(&Schema, &dyn AnyEphemeralResource)> {
        let found = self.ephemeral_resources.iter().find(|(_, it)| it.name() == name);
        found.map(|(schema, ephemeral)| (schema, ephemeral.as_ref()))
    }

    /// Returns the list resource with this name.
    pub fn list_resource(&self, name: &str) -> Option<(&Schema, &dyn AnyListResource)> {
        let found = self.list_resources.iter().find(|(_, it)| it.name() == name);
        found.map(|(schema, list)| (schema, list.as_ref()))
    }

    /// Returns the action with this name.
    pub fn action(&self, name: &str) -> Option<(&Schema, &dyn AnyAction)> {
        let found = self.actions.iter().find(|(_, action)| action.name() == name);
        found.map(|(schema, action)| (schema, action.as_ref()))
    }

    /// Returns the function with this name.
    pub fn function(&self, name: &str) -> Option<&dyn Function> {
        self.functions.iter().find(|it| it.signature().name == name).map(AsRef::as_ref)
    }
}
