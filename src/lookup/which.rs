//! How a data source names its object: by its ID, or by its name and where it is.

use super::{Seen, Target};
use crate::arm::Home;
use crate::check;
use crate::place::spelt_by_azure;
use azure::id::ResourceId;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::field::OptionalComputed;
use plugin::model::Model;
use plugin::path::Path;
use plugin::schema::Check;
use plugin::value::Value;

/// The object that is read.
#[derive(Model, Clone, Debug)]
pub struct Which {
    /// ID of what is read. Either this is given, or `name` and where it is.
    id: OptionalComputed<String>,
    /// Name of what is read.
    #[tf(check = Check::text(segment))]
    name: OptionalComputed<String>,
    /// Name of the resource group.
    #[tf(check = check::resource_group())]
    resource_group_name: OptionalComputed<String>,
    /// GUID of the subscription. Without it, that of the provider's configuration is used.
    #[tf(check = check::guid())]
    subscription_id: OptionalComputed<String>,
}

/// Whether a name is looked for in the whole subscription where no resource group is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// A resource group must be given.
    Needed,
    /// It need not.
    Optional,
}

impl Which {
    /// The object, of that type.
    ///
    /// # Errors
    ///
    /// When no subscription is given, or the ID is malformed.
    pub fn target(&self, home: &Home, ty: &'static str) -> Result<Target, Diagnostic> {
        if let Some(id) = self.id.get() {
            return check::parse(id, "id").map(Target::Id);
        }
        let own = self.subscription_id.get().or(home.subscription_id.as_ref());
        let subscription = own.ok_or_else(no_subscription)?;
        let name = self.name.get().cloned().unwrap_or_default();
        match self.resource_group_name.get() {
            Some(group) => {
                let id = ResourceId::in_group(subscription, group, ty, &name);
                Ok(Target::Id(id))
            }
            None => Ok(Target::Named {
                subscription: check::parse(
                    &format!("/subscriptions/{subscription}"),
                    "subscription_id",
                )?,
                ty,
                name,
            }),
        }
    }

    /// The attribute that names the object.
    pub fn named_by(&self) -> Path {
        Path::of(if self.id.get().is_some() { "id" } else { "name" })
    }

    /// Sets what the object's ID says, in Azure's spelling.
    pub fn locate(&mut self, seen: &Seen<'_>, ty: &str) {
        let id = spelt_by_azure(seen.id.clone(), seen.body).canonical(ty);
        self.id.set(id.as_str().to_owned());
        self.name.set(id.name().to_owned());
        self.resource_group_name.set(id.resource_group().map(str::to_owned));
        self.subscription_id.set(id.subscription().to_owned());
    }

    /// That the object is named, and in one way only.
    pub fn validate(config: &Value, ty: &'static str, group: Group) -> Diagnostics {
        let mut found = Diagnostics::new();
        let id = config.get("id");
        let others = ["name", "resource_group_name", "subscription_id"];
        if id.is_null() {
            let needed = if group == Group::Needed { 2 } else { 1 };
            let missing = others.iter().take(needed).find(|it| config.get(it).is_null());
            found.extend(missing.map(|name| not_named(name, group)));
        } else if let Some(other) = others
            .iter()
            // What is unknown yet may turn out to be nothing.
            .filter(|_| *id != Value::Unknown)
            .find(|it| !matches!(config.get(it), Value::Null | Value::Unknown))
        {
            let detail = format!("The ID says it already: remove `{other}`, or `id`.");
            found
                .push(Diagnostic::error("What is read is named twice", detail).at(Path::of(other)));
        }
        if let Some(text) = id.as_str()
            && let Err(wrong) = of_type(text, ty)
        {
            found.push(Diagnostic::error("`id` is not valid", wrong).at(Path::of("id")));
        }
        found
    }
}

fn not_named(missing: &str, group: Group) -> Diagnostic {
    let detail = match group {
        Group::Needed => "Set `id`, or `name` and `resource_group_name`.",
        Group::Optional => {
            "Set `id`, or `name`, with `resource_group_name` where the name alone is not clear."
        }
    };
    Diagnostic::error("What is read is not named", detail).at(Path::of(missing))
}

fn no_subscription() -> Diagnostic {
    Diagnostic::error(
        "There is no subscription",
        "Set `subscription_id` here or in the provider's configuration, or the environment \
         variable ARM_SUBSCRIPTION_ID.",
    )
    .at(Path::of("subscription_id"))
}

fn of_type(text: &str, ty: &str) -> Result<(), String> {
    let id = ResourceId::parse(text).map_err(|fault| fault.to_string())?;
    if id.is_type(ty) {
        return Ok(());
    }
    Err(format!("{text:?} is the ID of a {}, not of a {ty}.", id.resource_type()))
}

/// A name that can stand in an ID; what a type allows beyond that, Azure knows.
fn segment(name: &str) -> Result<(), String> {
    let id = format!("/subscriptions/s/resourceGroups/{name}");
    match ResourceId::parse(&id) {
        Ok(id) if id.name() == name => Ok(()),
        _ => Err(format!("{name:?} is no name that Azure accepts.")),
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
        let mut config = Which::block().empty();
        for (name, value) in members {
            config.set_entry(name, value.clone());
        }
        config
    }

    #[test]
    fn an_object_is_named_in_one_way() {
        let text = |text: &str| Value::from(text);
        let rows: &[(Members<'_>, Group, Option<&str>)] = &[
            (&[("id", text(&id()))], Group::Needed, None),
            (&[("id", Value::Unknown)], Group::Needed, None),
            (&[("id", text("/nonsense"))], Group::Needed, Some("id")),
            (
                &[("id", text(&format!("/subscriptions/{GUID}/resourceGroups/rg")))],
                Group::Needed,
                Some("id"),
            ),
            (&[], Group::Needed, Some("name")),
            (&[("name", text("a.b"))], Group::Optional, None),
            (&[("name", text("a.b"))], Group::Needed, Some("resource_group_name")),
            (&[("name", Value::Unknown), ("resource_group_name", text("rg"))], Group::Needed, None),
            (&[("id", text(&id())), ("name", text("a.b"))], Group::Needed, Some("name")),
        ];
        for (members, group, wrong) in rows {
            let found = Which::validate(&config(members), TYPE, *group);
            let path = found.iter().filter_map(|it| it.path.as_ref()).next();
            let path = path.map(ToString::to_string);
            assert_eq!(path.as_deref(), *wrong, "{members:?}");
        }
    }

    #[test]
    fn the_object_is_where_the_attributes_say() {
        let home = Home { subscription_id: Some(GUID.to_owned()), ..Home::default() };
        let target = |members: &[(&str, Value)], home: &Home| {
            let which = Which::decode(config(members)).unwrap();
            which.target(home, TYPE)
        };
        let expected = Target::Id(ResourceId::parse(&id()).unwrap());
        let by_name = [("name", "a.b".into()), ("resource_group_name", "rg".into())];
        assert_eq!(target(&by_name, &home), Ok(expected.clone()));
        assert_eq!(target(&[("id", id().into())], &home), Ok(expected));
        assert!(matches!(
            target(&[("name", "a.b".into())], &home),
            Ok(Target::Named { name, .. }) if name == "a.b"
        ));
        assert!(target(&by_name, &Home::default()).is_err());
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
