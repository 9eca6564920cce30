//! Data sources that show a resource of the provider. They have the resource's attributes and
//! decode Azure's answer with the resource's code.

use super::object_name::{ObjectName, ResourceGroupName};
use super::{ArmDataSource, ObjectAnswer, ObjectType};
use crate::assessment::reader::Reader;
use crate::client::decode::from_json;
use crate::config::defaults::Defaults;
use crate::config::tags::TagRules;
use crate::engine::related::Related;
use crate::engine::resource::{ArmResource, Live};
use azure::id::ResourceId;
use plugin::field::{Mismatch, described};
use plugin::prelude::*;
use plugin::schema::{Attribute, Facts, Member, Nested, Presence};
use serde::de::Error as _;
use serde_json::Value as Json;
use std::marker::PhantomData;

/// Describes a data source that shows a resource.
pub trait View: Clone + Send + Sync + 'static {
    /// Resource that the data source shows.
    type Resource: ArmResource;
    /// Description of the data source.
    const DESCRIPTION: &'static str;
    /// Attributes and blocks of the resource that configure an operation and do not describe the
    /// object. The data source omits them.
    const OMITTED: &'static [&'static str];
    /// Descriptions that replace the resource's, for attributes whose own description addresses the
    /// author of a configuration.
    const DESCRIPTIONS: &'static [(&'static str, &'static str)];
    /// Requirement of a resource group beside a name.
    const RESOURCE_GROUP: ResourceGroupName;
}

/// Data source with the attributes of a resource.
#[derive(Clone)]
pub struct ResourceView<V> {
    name: ObjectName,
    attributes: Value,
    view: PhantomData<fn() -> V>,
}

/// Attribute with the tags of the resource and the provider's default tags. In a data source,
/// `tags` holds all tags.
const ALL_TAGS: &str = "tags_all";

impl<V: View> Model for ResourceView<V> {
    fn block() -> Block {
        let mut block = Block::new(V::DESCRIPTION);
        block.append(ObjectName::block());
        let Block { attributes, blocks, .. } = V::Resource::block();
        let attributes = attributes.into_iter().map(shown);
        for mut attribute in attributes.chain(blocks.iter().map(shown_block)) {
            let name = attribute.name();
            if let Some((_, words)) = V::DESCRIPTIONS.iter().find(|(known, _)| *known == name) {
                attribute.facts.description = words;
            }
            let known = block.attribute(name).is_some();
            if !known && name != ALL_TAGS && !V::OMITTED.contains(&name) {
                block.push(Member::Attribute(attribute));
            }
        }
        block
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        Ok(Self { name: ObjectName::decode(value)?, attributes: Value::Null, view: PhantomData })
    }

    fn encode(&self) -> Value {
        let own = self.name.encode();
        let names = Self::block().attributes;
        Value::map(names.iter().map(Attribute::name).map(|name| {
            let own = own.as_map().and_then(|members| members.get(name));
            (name, own.unwrap_or(self.attributes.get(name)).clone())
        }))
    }
}

impl<V: View> ArmDataSource for ResourceView<V> {
    const NAME: &'static str = V::Resource::NAME;

    fn read(&mut self, reader: &Reader, defaults: &Defaults) -> Result<(), Diagnostics> {
        let ty = ObjectType::of(V::Resource::TYPE);
        let object = self.name.read(ty, reader, defaults, related::<V::Resource>)?;
        let attributes = read::<V::Resource>(&object);
        self.attributes = attributes.map_err(|fault| ty.unreadable(&fault))?;
        self.name.locate(&object, ty.name);
        Ok(())
    }

    fn validate(config: &Value) -> Diagnostics {
        ObjectName::validate(config, V::Resource::TYPE.name, V::RESOURCE_GROUP)
    }
}

/// Returns the related objects that a resource reads with its body.
pub fn related<R: ArmResource>(id: &ResourceId, body: &Json) -> Vec<Related> {
    let body = from_json::<R::Body>(body);
    match (nothing::<R>(), body) {
        (Ok(model), Ok(body)) => model.related(id, &body),
        // Reading the object reports a body that cannot be decoded.
        _ => Vec::new(),
    }
}

/// Returns a resource without known attributes.
fn nothing<R: ArmResource>() -> Result<R, Mismatch> {
    let block = R::block();
    R::decode(block.filled(&block.empty()))
}

/// Returns the attributes of a resource as after an import. All tags belong to the resource.
///
/// # Errors
///
/// Returns an error if the body does not match the resource's schema.
pub fn read<R: ArmResource>(object: &ObjectAnswer<'_>) -> serde_json::Result<Value> {
    let mut model = nothing::<R>().map_err(serde_json::Error::custom)?;
    model.id().set(object.id.as_str().to_owned());
    model.locate(&object.id);
    model.read(&Live {
        id: object.id.clone(),
        body: from_json(object.body)?,
        related: object.related.clone(),
        importing: true,
    })?;
    if let Some(tagged) = model.tagged() {
        tagged.read(object.body, &TagRules::default());
    }
    Ok(model.encode())
}

/// Returns the attribute as a computed attribute.
pub(super) fn shown(attribute: Attribute) -> Attribute {
    Attribute {
        facts: Facts::new(attribute.facts.name, attribute.facts.description),
        presence: Presence::Computed,
        block: None,
        ..attribute
    }
}

/// Returns the block as a computed attribute.
pub(super) fn shown_block(nested: &Nested) -> Attribute {
    let facts = Facts::new(nested.name(), nested.facts.description);
    let shown = Attribute::new(facts, nested.ty(), Presence::Computed);
    Attribute { members: described(&nested.block), ..shown }
}
