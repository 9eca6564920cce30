//! The subscriptions of a world, each with the tenant that it belongs to.

use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ArmError;
use crate::world::{Settings, World};

/// A subscription beside the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) tenant: String,
}

impl Subscription {
    /// The form of dumps and worlds in files.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "id": self.id, "tenant": self.tenant })
    }

    /// Reads that form; without a tenant it belongs to the first subscription's.
    pub(crate) fn from_json(document: &Value, tenant: &str) -> Result<Self, String> {
        let id = document["id"].as_str().ok_or("a subscription has no id")?.to_owned();
        let tenant = document["tenant"].as_str().unwrap_or(tenant).to_owned();
        Ok(Self { id, tenant })
    }
}

impl Settings {
    /// All of them by ID and tenant, in order.
    fn subscriptions(&self) -> impl Iterator<Item = (&str, &str)> {
        let others = self.others.iter().map(|other| (&*other.id, &*other.tenant));
        std::iter::once((&*self.subscription, &*self.tenant)).chain(others)
    }

    /// The tenant of a subscription; `None` when there is no such subscription.
    pub(crate) fn tenant_of(&self, subscription: &str) -> Option<&str> {
        let mut known = self.subscriptions();
        let found = known.find(|(id, _)| id.eq_ignore_ascii_case(subscription));
        found.map(|(_, tenant)| tenant)
    }

    /// The tenant of the subscription that an ID is in.
    pub(crate) fn tenant_at(&self, id: &str) -> &str {
        id.split('/')
            .nth(2)
            .and_then(|subscription| self.tenant_of(subscription))
            .unwrap_or(&self.tenant)
    }

    /// A tenant as it is written here; `None` when there is no such tenant.
    pub(crate) fn tenant_named(&self, name: &str) -> Option<&str> {
        let mut known = self.subscriptions();
        known.find(|(_, tenant)| tenant.eq_ignore_ascii_case(name)).map(|(_, tenant)| tenant)
    }
}

/// Fails unless there is a subscription with this ID.
pub(crate) fn check(world: &World, id: &str) -> Result<(), ArmError> {
    if world.settings.tenant_of(id).is_some() {
        return Ok(());
    }
    let text = format!("The subscription '{id}' could not be found.");
    Err(ArmError::new(404, "SubscriptionNotFound", text))
}

/// The ID of the subscription that a request names.
pub(crate) fn named(call: &Call) -> Option<&str> {
    match call.segments()[..] {
        [first, id, ..] if first.eq_ignore_ascii_case("subscriptions") => Some(id),
        _ => None,
    }
}

/// The ID of the subscription that a request is about: the first when it names none.
pub(crate) fn of<'w>(world: &'w World, call: &'w Call) -> &'w str {
    named(call).unwrap_or(&world.settings.subscription)
}

/// `GET` of one.
pub(crate) fn show(world: &World, id: &str) -> Value {
    let mut numbered = world.settings.subscriptions().enumerate();
    let found = numbered.find(|(_, (known, _))| known.eq_ignore_ascii_case(id));
    let Some((number, (id, tenant))) = found else {
        return Value::Null;
    };
    json!({
        "id": format!("/subscriptions/{id}"),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": id,
        "tenantId": tenant,
        "displayName": match number {
            0 => "Emulator".to_owned(),
            number => format!("Emulator {}", number + 1),
        },
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    })
}

/// `GET` of all that a tenant has.
pub(crate) fn list(world: &World, tenant: &str) -> Value {
    let own = world.settings.subscriptions();
    let own = own.filter(|(_, known)| known.eq_ignore_ascii_case(tenant));
    json!({ "value": own.map(|(id, _)| show(world, id)).collect::<Vec<_>>() })
}

/// `GET` of all tenants.
pub(crate) fn tenants(world: &World) -> Value {
    let mut known: Vec<&str> = Vec::new();
    for (_, tenant) in world.settings.subscriptions() {
        if !known.iter().any(|it| it.eq_ignore_ascii_case(tenant)) {
            known.push(tenant);
        }
    }
    let show = |tenant: &str| {
        json!({
            "id": format!("/tenants/{tenant}"),
            "tenantId": tenant,
            "displayName": "Emulator",
            "tenantCategory": "Home",
        })
    };
    json!({ "value": known.into_iter().map(show).collect::<Vec<_>>() })
}
