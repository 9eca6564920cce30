//! A provider: its configuration and the lists of what it serves.

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
    /// Returns the attributes and blocks of its configuration.
    fn block(&self) -> Block;

    /// Returns its resources.
    fn resources(&self) -> Vec<Box<dyn AnyResource>> {
        Vec::new()
    }

    /// Returns its data sources.
    fn data_sources(&self) -> Vec<Box<dyn AnyDataSource>> {
        Vec::new()
    }

    /// Returns its ephemeral resources.
    fn ephemeral_resources(&self) -> Vec<Box<dyn AnyEphemeralResource>> {
        Vec::new()
    }

    /// Returns its list resources. Each finds the objects of one of its resources.
    fn list_resources(&self) -> Vec<Box<dyn AnyListResource>> {
        Vec::new()
    }

    /// Returns its actions.
    fn actions(&self) -> Vec<Box<dyn AnyAction>> {
        Vec::new()
    }

    /// Returns its functions.
    fn functions(&self) -> Vec<Box<dyn Function>> {
        Vec::new()
    }

    /// Returns the texts of its registry pages that are not in the schemas.
    fn documentation(&self) -> Documentation {
        Documentation::default()
    }

    /// Checks rules of the configuration that concern several attributes. Values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Applies a configuration. Values may be unknown; operations that need them fail with an error
    /// of their own. A process under a debugger may be configured several times.
    async fn configure(&self, config: Value, terraform_version: &str) -> Diagnostics {
        let _ = (config, terraform_version);
        Diagnostics::new()
    }
}

/// The texts of a provider's registry pages that are not in its schemas.
#[derive(Clone, Copy, Debug, Default)]
pub struct Documentation {
    /// Groups in the registry's navigation, by the name of a type or function or its beginning. The
    /// longest row wins.
    pub subcategories: &'static [(&'static str, &'static str)],
    /// Names of optional attributes that stand after all others, in this order.
    pub last: &'static [&'static str],
    /// Sentences about the forms of import IDs; may be empty.
    pub import_note: &'static str,
}

impl Documentation {
    /// Returns the group of a type or function, or an empty string if it has none.
    pub fn subcategory(&self, name: &str) -> &'static str {
        let rows = self.subcategories.iter().filter(|(beginning, _)| name.starts_with(beginning));
        let longest = rows.max_by_key(|(beginning, _)| beginning.len());
        longest.map_or("", |(_, subcategory)| subcategory)
    }
}

/// Everything that a provider serves, with the schemas.
pub struct Catalogue {
    /// The schema of the provider's configuration.
    pub provider: Schema,
    /// Resources, by name.
    pub resources: Vec<(Schema, Box<dyn AnyResource>)>,
    /// Data sources, by name.
    pub data_sources: Vec<(Schema, Box<dyn AnyDataSource>)>,
    /// Ephemeral resources, by name.
    pub ephemeral_resources: Vec<(Schema, Box<dyn AnyEphemeralResource>)>,
    /// Its list resources, by the name of the resource.
    pub list_resources: Vec<(Schema, Box<dyn AnyListResource>)>,
    /// Actions, by name.
    pub actions: Vec<(Schema, Box<dyn AnyAction>)>,
    /// Functions, by name.
    pub functions: Vec<Box<dyn Function>>,
    /// See [`Provider::documentation`].
    pub documentation: Documentation,
}

impl Catalogue {
    /// Collects everything that the provider serves.
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
            documentation: provider.documentation(),
        }
    }

    /// Returns the resource of that type.
    pub fn resource(&self, name: &str) -> Option<(&Schema, &dyn AnyResource)> {
        let found = self.resources.iter().find(|(_, resource)| resource.name() == name);
        found.map(|(schema, resource)| (schema, resource.as_ref()))
    }

    /// Returns the data source of that type.
    pub fn data_source(&self, name: &str) -> Option<(&Schema, &dyn AnyDataSource)> {
        let found = self.data_sources.iter().find(|(_, it)| it.name() == name);
        found.map(|(schema, data_source)| (schema, data_source.as_ref()))
    }

    /// Returns the ephemeral resource of that type.
    pub fn ephemeral_resource(&self, name: &str) -> Option<(&Schema, &dyn AnyEphemeralResource)> {
        let found = self.ephemeral_resources.iter().find(|(_, it)| it.name() == name);
        found.map(|(schema, ephemeral)| (schema, ephemeral.as_ref()))
    }

    /// Returns the list resource of that type.
    pub fn list_resource(&self, name: &str) -> Option<(&Schema, &dyn AnyListResource)> {
        let found = self.list_resources.iter().find(|(_, it)| it.name() == name);
        found.map(|(schema, list)| (schema, list.as_ref()))
    }

    /// Returns the action of that type.
    pub fn action(&self, name: &str) -> Option<(&Schema, &dyn AnyAction)> {
        let found = self.actions.iter().find(|(_, action)| action.name() == name);
        found.map(|(schema, action)| (schema, action.as_ref()))
    }

    /// Returns the function of that name.
    pub fn function(&self, name: &str) -> Option<&dyn Function> {
        self.functions.iter().find(|it| it.signature().name == name).map(AsRef::as_ref)
    }
}
