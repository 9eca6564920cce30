//! Reads subscriptions and tenants.

use serde_json::{Value, json};

use crate::arm_error::ArmError;
use crate::request::HttpRequest;
use crate::world::World;

/// Returns an error if no subscription has this ID.
pub(crate) fn check(world: &World, id: &str) -> Result<(), ArmError> {
    if world.settings.tenant_of(id).is_some() {
        return Ok(());
    }
    let text = format!("The subscription '{id}' could not be found.");
    Err(ArmError::new(404, "SubscriptionNotFound", text))
}

/// Returns the ID of the subscription that a request names, or of the first one.
pub(crate) fn of<'w>(world: &'w World, request: &'w HttpRequest) -> &'w str {
    request.subscription().unwrap_or(&world.settings.subscription)
}

/// Returns one subscription in ARM's form.
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

/// Returns the subscriptions of a tenant.
pub(crate) fn list(world: &World, tenant: &str) -> Value {
    let own = world.settings.subscriptions();
    let own = own.filter(|(_, known)| known.eq_ignore_ascii_case(tenant));
    json!({ "value": own.map(|(id, _)| show(world, id)).collect::<Vec<_>>() })
}

/// Returns all tenants.
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
