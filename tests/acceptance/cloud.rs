//! Azure of one test: an emulator in the test's process, on its own thread.

use std::collections::BTreeMap;

use emulator::{Builder, Emulator, Fault, Policy, Role};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

pub struct Cloud {
    emulator: Emulator,
    // The runtime's thread serves the emulator, so the runtime is dropped after the emulator.
    _runtime: Runtime,
}

impl Cloud {
    pub fn start(builder: Builder) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let emulator = runtime.block_on(builder.start()).unwrap();
        Self { emulator, _runtime: runtime }
    }

    /// Returns the environment variables that a client needs.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let here = &self.emulator;
        vec![
            ("SSL_CERT_FILE", here.ca.display().to_string()),
            ("ARM_METADATA_HOSTNAME", here.host.clone()),
            ("ARM_SUBSCRIPTION_ID", here.subscription.clone()),
            ("ARM_TENANT_ID", here.tenant.clone()),
            ("ARM_CLIENT_ID", here.client_id.clone()),
            ("ARM_CLIENT_SECRET", here.client_secret.clone()),
        ]
    }

    pub fn subscription(&self) -> String {
        self.emulator.subscription.clone()
    }

    pub fn client_secret(&self) -> String {
        self.emulator.client_secret.clone()
    }

    /// Returns the ID of the resource group that contains the resources.
    pub fn group(&self) -> String {
        self.emulator.group_id()
    }

    /// Returns the ID of a path below the resource group. An ID is returned unchanged.
    pub fn id(&self, path: &str) -> String {
        if path.starts_with('/') {
            path.into()
        } else {
            format!("{}/providers/{path}", self.group())
        }
    }

    // Resources. Each of these methods takes an ID or a path below the resource group.

    pub fn get(&self, path: &str) -> Option<Value> {
        self.emulator.get(&self.id(path))
    }

    pub fn has(&self, path: &str) -> bool {
        self.get(path).is_some()
    }

    /// Returns all resources of a type.
    pub fn of_kind(&self, kind: &str) -> Vec<Value> {
        let is_kind = |resource: &Value| {
            resource["type"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(kind))
        };
        self.everything().into_values().filter(is_kind).collect()
    }

    /// Returns all resources by ID in lower case, without the fields that every write changes.
    pub fn everything(&self) -> BTreeMap<String, Value> {
        let resources = self.emulator.resources();
        resources
            .iter()
            .map(|resource| {
                let id = resource["id"].as_str().unwrap().to_lowercase();
                (id, without_noise(resource))
            })
            .collect()
    }

    /// Asserts that no resource was created, deleted, or changed.
    pub fn is_as_it_was(&self, before: &BTreeMap<String, Value>) {
        let now = self.everything();
        let ids = before.keys().chain(now.keys());
        for id in ids {
            assert_eq!(before.get(id), now.get(id), "{id} is not as it was");
        }
    }

    // Changes outside Terraform.

    /// Merges a change into a resource.
    pub fn patch(&self, path: &str, change: &Value) {
        self.emulator.patch(&self.id(path), change).unwrap();
    }

    /// Writes a resource with exactly this body, as another client would.
    pub fn put(&self, path: &str, body: &Value) {
        self.emulator.put(&self.id(path), body).unwrap();
    }

    /// Deletes a resource that must exist.
    pub fn delete(&self, path: &str) {
        assert!(self.emulator.delete(&self.id(path)), "{path} is not there to be deleted");
    }

    /// Restores the resources of `before`: deletes new resources, and writes changed and deleted
    /// ones.
    pub fn restore(&self, before: &BTreeMap<String, Value>) {
        let now = self.everything();
        for id in now.keys().filter(|id| !before.contains_key(*id)) {
            self.emulator.delete(id);
        }
        self.emulator.forget_deleted();
        for (id, body) in before.iter().filter(|(id, body)| now.get(*id) != Some(*body)) {
            self.emulator.put(body["id"].as_str().unwrap_or(id), body).unwrap();
        }
    }

    pub fn put_group(&self, name: &str) {
        let id = format!("/subscriptions/{}/resourceGroups/{name}", self.subscription());
        self.emulator.put(&id, &json!({"location": "eastus"})).unwrap();
    }

    pub fn put_network(&self, name: &str, prefix: &str) {
        let space = json!({"addressSpace": {"addressPrefixes": [prefix]}, "subnets": []});
        let body = json!({"location": "eastus", "properties": space});
        let id = self.id(&format!("Microsoft.Network/virtualNetworks/{name}"));
        self.emulator.put(&id, &body).unwrap();
    }

    /// Creates a network with one subnet, `snet`, of the network's address range.
    pub fn put_network_with_subnet(&self, name: &str, prefix: &str) {
        self.put_network(name, prefix);
        let subnet = self.id(&format!("Microsoft.Network/virtualNetworks/{name}/subnets/snet"));
        let body =
            json!({"properties": {"addressPrefix": prefix, "provisioningState": "Succeeded"}});
        self.emulator.put(&subnet, &body).unwrap();
    }

    pub fn put_zone(&self, path: &str) {
        let body = json!({"location": "global", "properties": {"provisioningState": "Succeeded"}});
        self.put(path, &body);
    }

    // Permissions, locks, and policies.

    /// Leaves the caller only the Reader role.
    pub fn only_reads(&self) {
        self.emulator.assign(vec![Role::new(&["*/read"])]);
    }

    /// Denies an action on an ID or a path below the resource group.
    pub fn deny(&self, path: &str, action: &str) {
        self.emulator.deny(&self.id(path), action);
    }

    /// Assigns the caller these roles instead of all permissions.
    pub fn assign(&self, roles: Vec<Role>) {
        self.emulator.assign(roles);
    }

    /// Assigns a role to the principal with this object ID and type, such as `ServicePrincipal`.
    pub fn give(&self, principal: &str, kind: &str, role: &Role) {
        self.emulator.give(principal, kind, role);
    }

    /// Gives the caller all permissions again.
    pub fn allow_all(&self) {
        self.emulator.allow_all();
    }

    pub fn lock(&self, path: &str, lock: emulator::Lock) {
        self.emulator.lock(&self.id(path), lock);
    }

    /// Removes the locks of a resource.
    pub fn unlock(&self, path: &str) {
        self.emulator.unlock(&self.id(path));
    }

    pub fn policy(&self, policy: Policy) {
        self.emulator.policy(policy);
    }

    /// Unregisters a resource provider.
    pub fn unregister(&self, namespace: &str) {
        self.emulator.unregister(namespace);
    }

    /// Removes all policies.
    pub fn forget_policies(&self) {
        self.emulator.clear_policies();
    }

    // Faults and limits.

    pub fn fault(&self, fault: Fault) {
        self.emulator.fault(fault);
    }

    pub fn faults_met(&self) -> u64 {
        self.emulator.faults_met()
    }

    pub fn forget_faults(&self) {
        self.emulator.clear_faults();
    }

    /// Limits the writes of the subscription to `burst` at once, and `per_second` more each second.
    pub fn limit_writes(&self, burst: u32, per_second: f64) {
        let writes = emulator::Limit { burst, per_second };
        self.emulator.limit(emulator::Limits { writes, ..emulator::Limits::default() });
    }

    /// Sets the seconds that operations take, and makes a subnet run one operation of its endpoints
    /// at a time.
    pub fn contend(&self, seconds: f64) {
        self.emulator.contend(seconds);
    }

    /// Holds all operations until this is called with `false`.
    pub fn hold(&self, hold: bool) {
        self.emulator.hold_operations(hold);
    }

    /// Moves the clock of operations forward.
    pub fn advance(&self, seconds: f64) {
        self.emulator.advance(seconds);
    }

    // Requests.

    pub fn requests(&self) -> Vec<emulator::Request> {
        self.emulator.requests()
    }

    /// Returns the number of the latest request.
    pub fn last_request(&self) -> u64 {
        self.emulator.last_request()
    }

    /// Returns the requests after the request with this number.
    pub fn requests_after(&self, number: u64) -> Vec<emulator::Request> {
        self.emulator.requests_after(number)
    }

    pub fn request_lines(&self) -> String {
        let requests = self.requests();
        requests.iter().map(|request| request.to_line() + "\n").collect()
    }
}

impl std::fmt::Debug for Cloud {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cloud").field("base", &self.emulator.base).finish_non_exhaustive()
    }
}

/// Returns a value without the fields that every write changes, nulls, and empty lists, at any
/// depth.
pub fn without_noise(value: &Value) -> Value {
    const NOISE: [&str; 4] = ["etag", "eTag", "systemData", "resourceGuid"];
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| !NOISE.contains(&name.as_str()))
            .filter(|(_, value)| !value.is_null())
            .filter(|(_, value)| value.as_array().is_none_or(|list| !list.is_empty()))
            .map(|(name, value)| (name.clone(), without_noise(value)))
            .collect(),
        Value::Array(list) => list.iter().map(without_noise).collect(),
        other => other.clone(),
    }
}
