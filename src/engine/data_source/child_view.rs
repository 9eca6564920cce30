//! Data sources that show a child resource of the provider. They take the attributes that name the
//! child in the resource, such as the parent's ID.

use super::resource_view::{self, related, shown};
use super::{ArmDataSource, ObjectType};
use crate::assessment::reader::Reader;
use crate::config::defaults::Defaults;
use crate::engine::resource::ArmResource;
use crate::engine::scope::spelt_by_azure;
use plugin::field::Mismatch;
use plugin::prelude::*;
use plugin::schema::{Attribute, Facts, Member};
use std::marker::PhantomData;

/// Describes a data source that shows a child resource.
pub trait ChildView: Clone + Send + Sync + 'static {
    /// Resource that the data source shows.
    type Resource: ArmResource;
    /// Description of the data source.
    const DESCRIPTION: &'static str;
    /// Attributes that name the object.
    const NAMED_BY: &'static [&'static str];
    /// Attributes of the resource that configure an operation and do not describe the object. The
    /// data source omits them.
    const OMITTED: &'static [&'static str] = &[];

    /// Checks that the configuration names the object.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }
}

/// Data source with the attributes of a child resource.
#[derive(Clone)]
pub struct ChildOf<V> {
    attributes: Value,
    view: PhantomData<fn() -> V>,
}

impl<V: ChildView> Model for ChildOf<V> {
    fn block() -> Block {
        let Block { attributes, blocks, .. } = V::Resource::block();
        let mut block = Block::new(V::DESCRIPTION);
        let wanted = |it: &Attribute| !V::OMITTED.contains(&it.name()) && it.name() != "tags_all";
        let shown_blocks = blocks.iter().map(resource_view::shown_block);
        for attribute in attributes.into_iter().chain(shown_blocks).filter(wanted) {
            block.push(Member::Attribute(match V::NAMED_BY.contains(&attribute.name()) {
                true => Attribute { facts: naming(&attribute.facts), ..attribute },
                false => shown(attribute),
            }));
        }
        block
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        Ok(Self { attributes: value, view: PhantomData })
    }

    fn encode(&self) -> Value {
        let names = Self::block().attributes;
        Value::map(names.iter().map(|it| (it.name(), self.attributes.get(it.name()).clone())))
    }
}

/// Returns the facts of an attribute that names an existing object: its name, description, and
/// checks.
fn naming(facts: &Facts) -> Facts {
    Facts { checks: facts.checks.clone(), ..Facts::new(facts.name, facts.description) }
}

impl<V: ChildView> ArmDataSource for ChildOf<V> {
    const NAME: &'static str = V::Resource::NAME;

    fn read(&mut self, reader: &Reader, defaults: &Defaults) -> Result<(), Diagnostics> {
        let ty = ObjectType::of(V::Resource::TYPE);
        let block = V::Resource::block();
        let named = V::Resource::decode(block.filled(&self.attributes.clone().without_unknown()));
        let named = named.map_err(|fault| ty.unreadable(&fault))?;
        let id = named.resource_id(defaults)?;
        let object = ty.read(reader, id, related::<V::Resource>);
        let named_by = V::NAMED_BY.first().copied().unwrap_or("id");
        let mut object = object.map_err(|fault| fault.at(Path::of(named_by)))?;
        object.id = spelt_by_azure(object.id, object.body).canonical(ty.name);
        let attributes = resource_view::read::<V::Resource>(&object);
        self.attributes = attributes.map_err(|fault| ty.unreadable(&fault))?;
        Ok(())
    }

    fn validate(config: &Value) -> Diagnostics {
        V::validate(config)
    }
}
