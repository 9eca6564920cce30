//! Attributes with which a data source names its object: an ID, or a name and a location.

use super::{ObjectAnswer, ObjectType};
use crate::assessment::reader::Reader;
use crate::config::defaults::Defaults;
use crate::engine::related::Related;
use crate::engine::scope::{no_subscription, spelt_by_azure};
use crate::validators;
use azure::id::ResourceId;
use plugin::prelude::*;
use serde_json::Value as Json;

/// Attributes that name an object.
#[derive(Model, Clone, Debug)]
pub struct ObjectName {
    /// ID of the resource. Exactly one of `id` and `name` must be set.
    id: OptionalComputed<String>,
    /// Name of the resource.
    #[tf(check = Check::text(segment))]
    name: OptionalComputed<String>,
    /// Name of the resource group. Use it with `name`.
    #[tf(check = validators::resource_group())]
    resource_group_name: OptionalComputed<String>,
    /// GUID of the subscription. Use it with `name`. Defaults to the provider's `subscription_id`.
    #[tf(check = validators::guid())]
    subscription_id: OptionalComputed<String>,
}

/// Requirement of a resource group beside a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceGroupName {
    /// The configuration must set a resource group.
    Required,
    /// Without a resource group, the data source searches the whole subscription for the name.
    Optional,
}

/// Object that the attributes name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum NamedObject {
    /// The object with this ID.
    ById(ResourceId),
    /// The only object with this name in the subscription.
    ByName { subscription: ResourceId, name: String },
}

impl ObjectName {
    /// Reads the object of type `ty`, and the objects that `related` returns for its ID and body.
    ///
    /// # Errors
    ///
    /// Returns an error if no subscription is set or the ID is malformed, and the errors of
    /// [`ObjectType::find`] and [`ObjectType::read`].
    pub fn read<'r>(
        &self,
        ty: ObjectType,
        reader: &'r Reader,
        defaults: &Defaults,
        related: impl FnOnce(&ResourceId, &Json) -> Vec<Related>,
    ) -> Result<ObjectAnswer<'r>, Diagnostic> {
        let id = match self.named(defaults, ty.name)? {
            NamedObject::ById(id) => Ok(id),
            NamedObject::ByName { subscription, name } => ty.find(reader, &subscription, &name),
        };
        let path = Path::of(if self.id.get().is_some() { "id" } else { "name" });
        id.and_then(|id| ty.read(reader, id, related)).map_err(|fault| fault.at(path))
    }

    fn named(&self, defaults: &Defaults, ty: &str) -> Result<NamedObject, Diagnostic> {
        if let Some(id) = self.id.get() {
            return validators::parse(id, "id").map(NamedObject::ById);
        }
        let own = self.subscription_id.get().or(defaults.subscription_id.as_ref());
        let subscription = own.ok_or_else(no_subscription)?;
        let name = self.name.get().cloned().unwrap_or_default();
        if let Some(group) = self.resource_group_name.get() {
            let id = ResourceId::in_group(subscription, group, ty, &name);
            return Ok(NamedObject::ById(id));
        }
        let subscription = format!("/subscriptions/{subscription}");
        let subscription = validators::parse(&subscription, "subscription_id")?;
        Ok(NamedObject::ByName { subscription, name })
    }

    /// Sets the attributes from the object's ID, in Azure's spelling.
    pub fn locate(&mut self, object: &ObjectAnswer<'_>, ty: &str) {
        let id = spelt_by_azure(object.id.clone(), object.body).canonical(ty);
        self.id.set(id.as_str().to_owned());
        self.name.set(id.name().to_owned());
        self.resource_group_name.set(id.resource_group().map(str::to_owned));
        self.subscription_id.set(id.subscription().to_owned());
    }

    /// Checks that the configuration names the object in exactly one way.
    pub fn validate(config: &Value, ty: &'static str, group: ResourceGroupName) -> Diagnostics {
        let mut found = Diagnostics::new();
        let id = config.get("id");
        let others = ["name", "resource_group_name", "subscription_id"];
        if id.is_null() {
            let needed = if group == ResourceGroupName::Required { 2 } else { 1 };
            let missing = others.iter().take(needed).find(|it| config.get(it).is_null());
            found.extend(missing.map(|name| not_named(name, group)));
        } else if let Some(other) = others
            .iter()
            // An unknown ID may turn out to be null.
            .filter(|_| *id != Value::Unknown)
            .find(|it| config.get(it).is_given())
        {
            let detail = format!("`id` already contains `{other}`. Remove `{other}` or `id`.");
            found.push(Diagnostic::error("The object is named twice", detail).at(Path::of(other)));
        }
        if let Some(text) = id.as_str()
            && let Err(wrong) = of_type(text, ty)
        {
            found.push(Diagnostic::error("`id` is not valid", wrong).at(Path::of("id")));
        }
        found
    }
}

fn not_named(missing: &str, group: ResourceGroupName) -> Diagnostic {
    let detail = match group {
        ResourceGroupName::Required => "Set `id`, or `name` and `resource_group_name`.",
        ResourceGroupName::Optional => {
            "Set `id` or `name`. If several objects have the name, set `resource_group_name` too."
        }
    };
    Diagnostic::error("The object is not named", detail).at(Path::of(missing))
}

fn of_type(text: &str, ty: &str) -> Result<(), String> {
    let id = ResourceId::parse(text).map_err(|fault| fault.to_string())?;
    if id.is_type(ty) {
        return Ok(());
    }
    Err(format!("{text:?} is the ID of a {}. Set the ID of a {ty}.", id.resource_type()))
}

/// Checks that a name can be a segment of an ID. Azure checks the rules of each type.
fn segment(name: &str) -> Result<(), String> {
    let id = format!("/subscriptions/s/resourceGroups/{name}");
    match ResourceId::parse(&id) {
        Ok(id) if id.name() == name => Ok(()),
        _ => Err(format!(
            "{name:?} cannot be part of a resource ID. Use a name that Azure \
                          accepts."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "Microsoft.Network/privateDnsZones";
    const GUID: &str = "00000000-0000-0000-0000-000000000000";

    fn id() -> String {
        format!("/subscriptions/{GUID}/resourceGroups/rg/providers/{TYPE}/a.b")
    }

    type Members<'a> = &'a [(&'a str, Value)];

    fn config(members: Members<'_>) -> Value {
        let mut config = ObjectName::block().empty();
        for (name, value) in members {
            config.set_entry(name, value.clone());
        }
        config
    }

    #[test]
    fn an_object_is_named_in_one_way() {
        let text = |text: &str| Value::from(text);
        let rows: &[(Members<'_>, ResourceGroupName, Option<&str>)] = &[
            (&[("id", text(&id()))], ResourceGroupName::Required, None),
            (&[("id", Value::Unknown)], ResourceGroupName::Required, None),
            (&[("id", text("/nonsense"))], ResourceGroupName::Required, Some("id")),
            (
                &[("id", text(&format!("/subscriptions/{GUID}/resourceGroups/rg")))],
                ResourceGroupName::Required,
                Some("id"),
            ),
            (&[], ResourceGroupName::Required, Some("name")),
            (&[("name", text("a.b"))], ResourceGroupName::Optional, None),
            (&[("name", text("a.b"))], ResourceGroupName::Required, Some("resource_group_name")),
            (
                &[("name", Value::Unknown), ("resource_group_name", text("rg"))],
                ResourceGroupName::Required,
                None,
            ),
            (
                &[("id", text(&id())), ("name", text("a.b"))],
                ResourceGroupName::Required,
                Some("name"),
            ),
        ];
        for (members, group, wrong) in rows {
            let found = ObjectName::validate(&config(members), TYPE, *group);
            let path = found.iter().filter_map(|it| it.path.as_ref()).next();
            let path = path.map(ToString::to_string);
            assert_eq!(path.as_deref(), *wrong, "{members:?}");
        }
    }

    #[test]
    fn the_object_is_where_the_attributes_say() {
        let defaults = Defaults { subscription_id: Some(GUID.to_owned()), ..Defaults::default() };
        let named = |members: &[(&str, Value)], defaults: &Defaults| {
            ObjectName::decode(config(members)).unwrap().named(defaults, TYPE)
        };
        let expected = NamedObject::ById(ResourceId::parse(&id()).unwrap());
        let by_name = [("name", "a.b".into()), ("resource_group_name", "rg".into())];
        assert_eq!(named(&by_name, &defaults), Ok(expected.clone()));
        assert_eq!(named(&[("id", id().into())], &defaults), Ok(expected));
        assert!(matches!(
            named(&[("name", "a.b".into())], &defaults),
            Ok(NamedObject::ByName { name, .. }) if name == "a.b"
        ));
        assert!(named(&by_name, &Defaults::default()).is_err());
    }

    #[test]
    fn a_name_cannot_lead_elsewhere() {
        for name in ["", "a/b", "..", "a b", "a?b", "a%2fb"] {
            assert!(segment(name).is_err(), "{name:?}");
        }
        for name in ["a.b", "a-b_c", "(a)"] {
            assert_eq!(segment(name), Ok(()), "{name:?}");
        }
    }
}
