//! Every attribute, block, and argument has a description in sentences.

use crate::session::Session;
use plugin::proto::tfplugin5 as wire;
use plugin::provider::Catalogue;
use plugin::schema::{Block, Described};
use terraform_provider_azureai::provider::AzureAi;

/// Returns the fault of a description.
fn fault(text: &str) -> Option<&'static str> {
    let text = text.trim();
    // A sentence may begin with the name of an argument, as code.
    let begins = |it: char| it.is_uppercase() || it == '`' || it.is_ascii_digit();
    if text.is_empty() {
        return Some("has no description");
    }
    if !text.starts_with(begins) {
        return Some("has a description that does not begin as a sentence");
    }
    if !text.ends_with('.') {
        return Some("has a description that does not end as a sentence");
    }
    let drafts = ["TODO", "FIXME", "XXX", "TBD"];
    drafts.iter().any(|draft| text.contains(draft)).then_some("has a description that is a draft")
}

#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn check(&mut self, place: &str, text: &str) {
        if let Some(fault) = fault(text) {
            self.0.push(format!("{place} {fault}: {text:?}"));
        }
    }

    fn block(&mut self, block: &wire::schema::Block, at: &str) {
        self.check(at, &block.description);
        for attribute in &block.attributes {
            let place = format!("{at}.{}", attribute.name);
            self.check(&place, &attribute.description);
            if attribute.deprecated {
                self.check(&place, &attribute.deprecation_message);
            }
        }
        for nested in &block.block_types {
            let inner = nested.block.as_ref().expect("a block");
            self.block(inner, &format!("{at}.{}", nested.type_name));
        }
    }

    fn function(&mut self, name: &str, function: &wire::Function) {
        self.check(name, &function.description);
        // Terraform shows the summary as a title.
        let title = !function.summary.is_empty() && !function.summary.ends_with('.');
        if !title {
            self.0.push(format!("{name} has a summary that is no title: {:?}", function.summary));
        }
        for parameter in function.parameters.iter().chain(&function.variadic_parameter) {
            self.check(&format!("{name}({})", parameter.name), &parameter.description);
        }
    }

    /// Checks attributes of objects, whose descriptions the protocol does not carry.
    fn members(&mut self, block: &Block, at: &str) {
        for attribute in &block.attributes {
            self.described(&attribute.members, &format!("{at}.{}", attribute.name()));
        }
        for nested in &block.blocks {
            self.members(&nested.block, &format!("{at}.{}", nested.name()));
        }
    }

    fn described(&mut self, members: &[Described], at: &str) {
        for member in members {
            let place = format!("{at}.{}", member.name);
            self.check(&place, member.description);
            self.described(&member.members, &place);
        }
    }

    fn none(&self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

#[tokio::test]
async fn every_attribute_block_and_argument_is_described_in_sentences() {
    let schemas = Session::start().await.schemas().await;
    let mut faults = Faults::default();
    let provider = schemas.provider.iter().map(|schema| ("provider", schema));
    let resources = schemas.resource_schemas.iter().map(|(name, it)| (name.as_str(), it));
    let data = schemas.data_source_schemas.iter().map(|(name, it)| (name.as_str(), it));
    let lists = schemas.list_resource_schemas.iter().map(|(name, it)| (name.as_str(), it));
    let actions = schemas.action_schemas.iter();
    let actions = actions.filter_map(|(name, it)| Some((name.as_str(), it.schema.as_ref()?)));
    let all = provider.chain(resources).chain(data).chain(lists).chain(actions);
    for (name, schema) in all {
        faults.block(schema.block.as_ref().expect("a block"), name);
    }
    for (name, function) in &schemas.functions {
        faults.function(name, function);
    }
    faults.none();
}

#[test]
fn every_attribute_of_an_object_is_described_too() {
    let catalogue = Catalogue::of(&AzureAi::new(Box::new(|_| None)));
    let mut faults = Faults::default();
    for (schema, resource) in &catalogue.resources {
        faults.members(&schema.block, resource.name());
    }
    for (schema, data_source) in &catalogue.data_sources {
        faults.members(&schema.block, data_source.name());
    }
    faults.members(&catalogue.provider.block, "provider");
    faults.none();
}
