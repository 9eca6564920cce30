//! The rules for schemas. Terraform rejects some violations, crashes on others, and fails later on
//! the rest.

use crate::session::{Session, answered};
use plugin::proto::tfplugin5 as wire;
use plugin::ty::Type;
use std::collections::BTreeSet;
use wire::schema::nested_block::NestingMode;

/// Arguments that Terraform reserves in blocks of resources and data sources.
const OF_RESOURCES: [&str; 10] = [
    "count",
    "for_each",
    "provider",
    "lifecycle",
    "depends_on",
    "provisioner",
    "connection",
    "dynamic",
    "locals",
    "_",
];

/// Arguments that Terraform reserves in the provider's block.
const OF_PROVIDERS: [&str; 2] = ["alias", "version"];

/// The faults of a schema.
struct Inspection {
    label: String,
    reserved: &'static [&'static str],
    faults: Vec<String>,
}

impl Inspection {
    fn expect(&mut self, holds: bool, place: &str, rule: &str) {
        if !holds {
            self.faults.push(format!("{}: {place}: {rule}", self.label));
        }
    }

    fn schema(&mut self, schema: &wire::Schema) {
        self.expect(schema.version >= 0, "version", "is negative");
        match &schema.block {
            Some(block) => self.block(block, ""),
            None => self.expect(false, "block", "is not set"),
        }
    }

    fn block(&mut self, block: &wire::schema::Block, at: &str) {
        self.markdown(block.description_kind(), at);
        let mut names = BTreeSet::new();
        for attribute in &block.attributes {
            let place = format!("{at}{}", attribute.name);
            self.name(&attribute.name, &place, at.is_empty());
            self.expect(names.insert(&attribute.name), &place, "is there twice");
            self.attribute(attribute, &place);
        }
        for nested in &block.block_types {
            let place = format!("{at}{}", nested.type_name);
            self.name(&nested.type_name, &place, at.is_empty());
            self.expect(names.insert(&nested.type_name), &place, "is there twice");
            self.nested(nested, &place);
        }
    }

    fn name(&mut self, name: &str, place: &str, top: bool) {
        self.expect(is_name(name), place, "has a name that is not [a-z][a-z0-9_]*");
        let reserved = top && self.reserved.contains(&name);
        self.expect(!reserved, place, "has a name that Terraform takes for itself");
    }

    fn markdown(&mut self, kind: wire::StringKind, place: &str) {
        self.expect(kind == wire::StringKind::Markdown, place, "is not said to be Markdown");
    }

    fn attribute(&mut self, attribute: &wire::schema::Attribute, place: &str) {
        let wire::schema::Attribute { required, optional, computed, .. } = *attribute;
        let sound = matches!(
            (required, optional, computed),
            (true, false, false) | (false, true, _) | (false, false, true)
        );
        self.expect(sound, place, "is not one of required, optional and computed");
        self.expect(!attribute.write_only || !computed, place, "is write-only and computed");
        self.markdown(attribute.description_kind(), place);
        self.ty(&attribute.r#type, place);
        let silent = attribute.deprecation_message.is_empty();
        self.expect(attribute.deprecated != silent, place, "is deprecated and does not say why");
    }

    fn ty(&mut self, description: &[u8], place: &str) {
        let json = serde_json::from_slice(description).ok();
        match json.and_then(|json| Type::from_json(&json).ok()) {
            Some(ty) => self.expect(!any_of_many(&ty), place, "is a collection of any"),
            None => self.expect(false, place, "has a type that is none"),
        }
    }

    fn nested(&mut self, nested: &wire::schema::NestedBlock, place: &str) {
        let (min, max) = (nested.min_items, nested.max_items);
        let bounds = match nested.nesting() {
            NestingMode::Invalid => false,
            NestingMode::Single => min == max && (0..=1).contains(&min),
            NestingMode::Group | NestingMode::Map => min == 0 && max == 0,
            NestingMode::List | NestingMode::Set => min >= 0 && (max == 0 || min <= max),
        };
        self.expect(bounds, place, "has impossible bounds");
        match &nested.block {
            Some(block) => self.block(block, &format!("{place}.")),
            None => self.expect(false, place, "has no block"),
        }
        let attributes = nested.block.iter().flat_map(|block| &block.attributes);
        if nested.nesting() == NestingMode::Set {
            let odd = |it: &wire::schema::Attribute| it.write_only || it.r#type == b"\"dynamic\"";
            let fine = !attributes.into_iter().any(odd);
            self.expect(fine, place, "is a set with an attribute that a set cannot have");
        }
    }

    fn function(&mut self, function: &wire::Function) {
        match &function.r#return {
            Some(result) => self.ty(&result.r#type, "the result"),
            None => self.expect(false, "the result", "is not set"),
        }
        self.markdown(function.description_kind(), "the description");
        let mut names = BTreeSet::new();
        for parameter in function.parameters.iter().chain(&function.variadic_parameter) {
            self.expect(is_name(&parameter.name), &parameter.name, "is no identifier");
            self.expect(names.insert(&parameter.name), &parameter.name, "is there twice");
            self.markdown(parameter.description_kind(), &parameter.name);
            self.ty(&parameter.r#type, &parameter.name);
        }
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_lowercase())
        && name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
}

/// Returns `true` if elements of the type may have different types. Terraform crashes on such
/// collections.
fn any_of_many(ty: &Type) -> bool {
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => {
            **element == Type::Dynamic || any_of_many(element)
        }
        Type::Tuple(items) => items.iter().any(any_of_many),
        Type::Object(attributes) => attributes.values().any(any_of_many),
        Type::Bool | Type::Number | Type::String | Type::Dynamic => false,
    }
}

fn inspect(
    label: &str,
    reserved: &'static [&'static str],
    look: impl FnOnce(&mut Inspection),
) -> Vec<String> {
    let mut inspection = Inspection { label: label.to_owned(), reserved, faults: Vec::new() };
    look(&mut inspection);
    inspection.faults
}

#[tokio::test]
async fn terraform_accepts_every_schema() {
    let session = Session::start().await;
    let schemas = session.schemas().await;
    assert!(schemas.diagnostics.is_empty());
    let provider = schemas.provider.as_ref().expect("a provider's schema");
    let mut faults = inspect("provider", &OF_PROVIDERS, |it| it.schema(provider));
    let types = schemas.resource_schemas.iter().chain(&schemas.data_source_schemas);
    let actions = schemas.action_schemas.iter();
    let actions = actions.map(|(name, it)| (name, it.schema.as_ref().expect("a schema")));
    for (name, schema) in types.chain(&schemas.list_resource_schemas).chain(actions) {
        faults.extend(inspect(name, &OF_RESOURCES, |it| {
            let own = name.starts_with("azureai_") && is_name(name);
            it.expect(own, "name", "does not begin as the provider's name");
            it.schema(schema);
        }));
    }
    for (name, function) in &schemas.functions {
        faults.extend(inspect(name, &[], |it| {
            it.expect(is_name(name), "name", "is no identifier");
            it.function(function);
        }));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn every_resource_and_data_source_has_timeouts() {
    let session = Session::start().await;
    let subjects = session.subjects().await;
    for subject in subjects[1..].iter().filter(|it| !it.is_list() && !it.is_action()) {
        let timeouts = subject.shape.blocks.iter().find(|it| it.name == "timeouts");
        let timeouts = timeouts.unwrap_or_else(|| panic!("{} has no timeouts", subject.label()));
        assert_eq!(timeouts.nesting, NestingMode::Single);
        assert!(timeouts.shape.attributes.iter().all(|it| it.ty == Type::String && it.settable));
        let has_read = timeouts.shape.attributes.iter().any(|it| it.name == "read");
        assert!(has_read, "{}", subject.label());
    }
}

#[tokio::test]
async fn get_metadata_lists_the_types_of_the_schema() {
    let session = Session::start().await;
    let schemas = session.schemas().await;
    let metadata = session.calls().get_metadata(wire::get_metadata::Request {}).await;
    let metadata = answered("GetMetadata", metadata);
    let names = |names: Vec<&String>| {
        let mut names: Vec<String> = names.into_iter().cloned().collect();
        names.sort();
        names
    };
    let short = metadata.resources.iter().map(|it| &it.type_name).collect();
    assert_eq!(names(short), names(schemas.resource_schemas.keys().collect()));
    let short = metadata.data_sources.iter().map(|it| &it.type_name).collect();
    assert_eq!(names(short), names(schemas.data_source_schemas.keys().collect()));
    let short = metadata.list_resources.iter().map(|it| &it.type_name).collect();
    assert_eq!(names(short), names(schemas.list_resource_schemas.keys().collect()));
    let short = metadata.actions.iter().map(|it| &it.type_name).collect();
    assert_eq!(names(short), names(schemas.action_schemas.keys().collect()));
    let short = metadata.functions.iter().map(|it| &it.name).collect();
    assert_eq!(names(short), names(schemas.functions.keys().collect()));
    assert_eq!(metadata.server_capabilities, schemas.server_capabilities);
    let capabilities = schemas.server_capabilities.expect("capabilities");
    assert!(capabilities.get_provider_schema_optional && capabilities.plan_destroy);
    assert!(capabilities.generate_resource_config);
    let functions = session.calls().get_functions(wire::get_functions::Request {}).await;
    assert_eq!(answered("GetFunctions", functions).functions, schemas.functions);
}

/// Returns `true` if an attribute of this name holds a secret.
fn is_secret(name: &str) -> bool {
    let words = ["secret", "password", "token", "private_key", "client_certificate"];
    let about = ["_path", "_url", "_id", "_audience"];
    words.iter().any(|word| name.contains(word)) && !about.iter().any(|end| name.ends_with(end))
}

fn shown_secrets(block: &wire::schema::Block, at: &str) -> Vec<String> {
    let attributes = block.attributes.iter();
    // A Boolean is not a secret.
    let text = |it: &&wire::schema::Attribute| it.r#type != br#""bool""#;
    let shown = attributes.filter(text).filter(|it| is_secret(&it.name) && !it.sensitive);
    let shown = shown.map(|it| format!("{at}.{}", it.name));
    let inner = block.block_types.iter().flat_map(|nested| {
        let block = nested.block.as_ref().expect("a block");
        shown_secrets(block, &format!("{at}.{}", nested.type_name))
    });
    shown.chain(inner).collect()
}

#[tokio::test]
async fn every_secret_is_sensitive() {
    let schemas = Session::start().await.schemas().await;
    let provider = schemas.provider.iter().map(|schema| ("provider", schema));
    let resources = schemas.resource_schemas.iter().map(|(name, it)| (name.as_str(), it));
    let data = schemas.data_source_schemas.iter().map(|(name, it)| (name.as_str(), it));
    let all = provider.chain(resources).chain(data);
    let shown = all.flat_map(|(name, it)| shown_secrets(it.block.as_ref().expect("a block"), name));
    let shown: Vec<String> = shown.collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}
