//! The provider: its list of resources, data sources and functions, and the Azure that they share.

mod ahead;

use crate::action::{Acting, ArmAction};
use crate::actions::private_endpoint_connection_decision::ConnectionDecision;
use crate::actions::set_public_network_access::SetPublicNetworkAccess;
use crate::arm::{ArmResource, Home};
use crate::checks::sight::Sights;
use crate::checks::stance::Stance;
use crate::data::client_config::ClientConfig;
use crate::data::network_isolation_posture::NetworkIsolationPosture;
use crate::data::private_dns_check::PrivateDnsCheck;
use crate::data::private_dns_zone_for_vnet::PrivateDnsZoneForVnet;
use crate::data::private_dns_zones::PrivateDnsZones;
use crate::data::private_endpoint_connection::PrivateEndpointConnection;
use crate::data::private_endpoint_connections::PrivateEndpointConnections;
use crate::data::private_link_resources::PrivateLinkResources;
use crate::data::workspace::Workspace;
use crate::data::{private_dns_zone as zone_data, private_endpoint as endpoint_data};
use crate::explain::explain;
use crate::functions::normalise_resource_id::NormaliseResourceId;
use crate::functions::parse_resource_id::ParseResourceId;
use crate::functions::private_dns_record_name::PrivateDnsRecordName;
use crate::functions::private_dns_zone_names::PrivateDnsZoneNames;
use crate::functions::private_link_group_ids::PrivateLinkGroupIds;
use crate::functions::workspace_fqdns::WorkspaceFqdns;
use crate::list::{ArmList, Listed};
use crate::lists;
use crate::lists::private_endpoint_application_security_group_association::Associations;
use crate::lookup::{ArmData, ArmSearch, ArmSurvey, Lookup, Search, Surveyed};
use crate::partial::{ArmPartial, Partial};
use crate::resource::Managed;
use crate::resources::private_dns_a_record::PrivateDnsARecord;
use crate::resources::private_dns_zone::PrivateDnsZone;
use crate::resources::private_dns_zone_group::PrivateDnsZoneGroup;
use crate::resources::private_dns_zone_virtual_network_link::VirtualNetworkLink;
use crate::resources::private_endpoint::PrivateEndpoint;
use crate::resources::private_endpoint_application_security_group_association::SecurityGroupAssociation;
use crate::resources::private_endpoint_connection_approval::ConnectionApproval;
use crate::resources::public_network_access::PublicNetworkAccess;
use crate::resources::subnet_private_endpoint_policy::SubnetPrivateEndpointPolicy;
use crate::resources::workspace::AiWorkspace;
use crate::settings::{self, Correlation, Environment, Resolved, Settings, Where};
use async_trait::async_trait;
use azure::arm::{Arm, ArmOptions};
use azure::cloud::Cloud;
use azure::credential::HttpClients;
use azure::deadline::Deadline;
use plugin::action::AnyAction;
use plugin::data_source::AnyDataSource;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::function::Function;
use plugin::list::AnyListResource;
use plugin::model::Model;
use plugin::path::Path;
use plugin::provider::Provider;
use plugin::resource::AnyResource;
use plugin::schema::Block;
use plugin::value::Value;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::OnceCell;

/// The address under which Terraform knows the provider.
pub const ADDRESS: &str = "registry.terraform.io/azureai/azureai";

/// The provider.
pub struct AzureAi {
    azure: Arc<Azure>,
    environment: Box<Environment>,
}

impl AzureAi {
    /// A provider that reads environment variables by this function.
    pub fn new(environment: Box<Environment>) -> Self {
        Self { azure: Arc::new(Azure::default()), environment }
    }

    fn resource<R: ArmResource>(&self) -> Box<dyn AnyResource> {
        Box::new(Managed::<R>::new(self.azure.clone()))
    }

    fn partial<P: ArmPartial>(&self) -> Box<dyn AnyResource> {
        Box::new(Partial::<P>::new(self.azure.clone()))
    }

    fn data<D: ArmData>(&self) -> Box<dyn AnyDataSource> {
        Box::new(Lookup::<D>::new(self.azure.clone()))
    }

    fn list<L: ArmList>(&self) -> Box<dyn AnyListResource> {
        Box::new(Listed::<L>::new(self.azure.clone()))
    }

    fn action<A: ArmAction>(&self) -> Box<dyn AnyAction> {
        Box::new(Acting::<A>::new(self.azure.clone()))
    }

    fn survey<S: ArmSurvey>(&self) -> Box<dyn AnyDataSource> {
        Box::new(Surveyed::<S>::new(self.azure.clone()))
    }

    fn search<S: ArmSearch>(&self) -> Box<dyn AnyDataSource> {
        Box::new(Search::<S>::new(self.azure.clone()))
    }
}

#[async_trait]
impl Provider for AzureAi {
    fn block(&self) -> Block {
        Settings::block()
    }

    fn import_note(&self) -> &'static str {
        "The ID may be in any casing, or the address of the resource in the portal."
    }

    fn resources(&self) -> Vec<Box<dyn AnyResource>> {
        vec![
            self.resource::<PrivateEndpoint>(),
            self.resource::<PrivateDnsZone>(),
            self.resource::<VirtualNetworkLink>(),
            self.resource::<PrivateDnsZoneGroup>(),
            self.resource::<PrivateDnsARecord>(),
            self.partial::<SecurityGroupAssociation>(),
            self.partial::<ConnectionApproval>(),
            self.partial::<PublicNetworkAccess>(),
            self.partial::<SubnetPrivateEndpointPolicy>(),
            self.resource::<AiWorkspace>(),
        ]
    }

    fn data_sources(&self) -> Vec<Box<dyn AnyDataSource>> {
        vec![
            self.data::<endpoint_data::PrivateEndpoint>(),
            self.data::<PrivateEndpointConnection>(),
            self.data::<PrivateEndpointConnections>(),
            self.data::<PrivateLinkResources>(),
            self.data::<zone_data::PrivateDnsZone>(),
            self.search::<PrivateDnsZones>(),
            self.survey::<PrivateDnsZoneForVnet>(),
            self.data::<Workspace>(),
            self.survey::<NetworkIsolationPosture>(),
            self.survey::<PrivateDnsCheck>(),
            self.data::<ClientConfig>(),
        ]
    }

    fn list_resources(&self) -> Vec<Box<dyn AnyListResource>> {
        vec![
            self.list::<lists::private_endpoint::PrivateEndpoints>(),
            self.list::<lists::private_dns_zone::Zones>(),
            self.list::<lists::private_dns_zone_virtual_network_link::Links>(),
            self.list::<lists::private_dns_zone_group::ZoneGroups>(),
            self.list::<lists::private_dns_a_record::Records>(),
            self.list::<Associations>(),
            self.list::<lists::private_endpoint_connection_approval::Connections>(),
            self.list::<lists::public_network_access::Flags>(),
            self.list::<lists::subnet_private_endpoint_policy::Subnets>(),
            self.list::<lists::workspace::Workspaces>(),
        ]
    }

    fn actions(&self) -> Vec<Box<dyn AnyAction>> {
        vec![self.action::<SetPublicNetworkAccess>(), self.action::<ConnectionDecision>()]
    }

    fn functions(&self) -> Vec<Box<dyn Function>> {
        vec![
            Box::new(ParseResourceId),
            Box::new(NormaliseResourceId),
            Box::new(PrivateDnsZoneNames),
            Box::new(PrivateLinkGroupIds),
            Box::new(WorkspaceFqdns),
            Box::new(PrivateDnsRecordName),
        ]
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        self.azure.prepare(Stance::of(config));
        settings::validate(config)
    }

    async fn configure(&self, config: Value, terraform_version: &str) -> Diagnostics {
        let pending = config.get("default_tags").has_unknown();
        let unknown = settings::unknown_credentials(&config);
        // What is unknown yet counts as not given: calls that need it will say so.
        let settings = Settings::decode(config.without_unknown());
        let settings = settings.map_err(|fault| {
            Diagnostic::error("The provider's configuration cannot be read", fault.to_string())
        });
        match settings.and_then(|settings| settings.resolve(self.environment.as_ref())) {
            Ok(resolved) if unknown.is_none() && resolved.credential.is_err() => {
                resolved.credential.err().into_iter().collect()
            }
            Ok(mut resolved) => {
                if let Some(unknown) = unknown {
                    resolved.credential = Err(unknown);
                }
                let warnings = resolved.warnings.clone();
                self.azure.configure(resolved, pending, terraform_version);
                warnings
            }
            Err(fault) => fault.into(),
        }
    }
}

/// The Azure that all resources of a process share. It signs in when it is first needed.
#[derive(Default)]
pub struct Azure {
    configured: RwLock<Option<Arc<Configured>>>,
    /// What a configuration says of checks that is only validated.
    prepared: RwLock<Stance>,
}

struct Configured {
    settings: Resolved,
    home: Home,
    user_agent: String,
    arm: OnceCell<Arm>,
    sights: Sights,
}

impl Azure {
    fn configure(&self, settings: Resolved, pending: bool, terraform_version: &str) {
        let version = env!("CARGO_PKG_VERSION");
        let own = format!("terraform-provider-azureai/{version} Terraform/{terraform_version}");
        let user_agent = format!("{own} {}", settings.headers.user_agent);
        let subscription_id = settings.subscription_id.clone();
        let configured = Configured {
            home: settings.behaviour.home(subscription_id, pending),
            settings,
            user_agent: user_agent.trim_end().to_owned(),
            arm: OnceCell::new(),
            sights: Sights::default(),
        };
        let mut current = self.configured.write().unwrap_or_else(PoisonError::into_inner);
        *current = Some(Arc::new(configured));
    }

    fn configured(&self) -> Option<Arc<Configured>> {
        self.configured.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn prepare(&self, stance: Stance) {
        *self.prepared.write().unwrap_or_else(PoisonError::into_inner) = stance;
    }

    /// How strict the checks are.
    pub fn stance(&self) -> Stance {
        match self.configured() {
            Some(configured) => configured.home.checks.clone(),
            None => self.prepared.read().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// What the configuration contributes to every resource.
    pub fn home(&self) -> Home {
        self.configured().map(|it| it.home.clone()).unwrap_or_default()
    }

    /// ARM, signed in, for a change.
    ///
    /// # Errors
    ///
    /// As [`Azure::arm`]; and when the provider is configured to change nothing.
    pub async fn writable(&self, until: &Deadline) -> Result<Arm, Diagnostic> {
        if self.home().read_only {
            let detail = "The provider's configuration says `read_only = true`. Remove it to let \
                          Terraform make changes.";
            return Err(Diagnostic::error("The provider changes nothing", detail));
        }
        if let Some(configured) = self.configured() {
            configured.sights.changes();
        }
        self.arm(until).await
    }

    /// ARM, signed in.
    ///
    /// # Errors
    ///
    /// When the configuration does not say how, or the cloud cannot be found.
    pub async fn arm(&self, until: &Deadline) -> Result<Arm, Diagnostic> {
        let Some(configured) = self.configured() else {
            let detail = "Terraform has not configured the provider yet. Please report this.";
            return Err(Diagnostic::error("The provider has no configuration", detail));
        };
        let arm = configured.arm.get_or_try_init(|| configured.sign_in(until)).await?;
        Ok(arm.clone())
    }
}

impl Configured {
    async fn sign_in(&self, until: &Deadline) -> Result<Arm, Diagnostic> {
        let credential = self.settings.credential.as_ref().map_err(elsewhere)?;
        let client = azure::http_client::client()
            .map_err(|error| explain("Setting up the HTTP client", &error))?;
        let cloud = self.cloud(&client, until).await?;
        let tokens = HttpClients::new(client.clone(), &self.user_agent)
            .and_then(|clients| credential.credential(&cloud, &clients))
            .map_err(|error| explain("Preparing to sign in to Azure", &error))?;
        let behaviour = &self.settings.behaviour;
        let mut options = ArmOptions {
            user_agent: self.user_agent.clone(),
            role_propagation_timeout: behaviour.patience(),
            max_concurrent_requests: behaviour.most_requests(),
            ..ArmOptions::default()
        };
        match &self.settings.headers.correlation_id {
            Correlation::Off => options.correlation_id = String::new(),
            Correlation::Given(id) => options.correlation_id.clone_from(id),
            Correlation::Made => {}
        }
        Arm::new(cloud, tokens, client, options)
            .map_err(|error| explain("Setting up the ARM client", &error))
    }

    async fn cloud(
        &self,
        client: &azure::http_client::Client,
        until: &Deadline,
    ) -> Result<Cloud, Diagnostic> {
        match &self.settings.location {
            Where::Named(name) => Cloud::by_name(name).ok_or_else(|| {
                let detail = "Write \"public\", \"usgovernment\" or \"china\".";
                Diagnostic::error(format!("There is no cloud {name:?}"), detail)
            }),
            Where::Metadata(host) => Cloud::from_metadata(host, client, until)
                .await
                .map_err(|error| explain(&format!("Asking {host} about its cloud"), &error)),
            Where::Endpoints { resource_manager, authority, audience } => {
                Cloud::custom(resource_manager, authority, audience.as_deref())
                    .map_err(|error| explain("Reading the `endpoint` block", &error))
            }
        }
    }
}

/// What is wrong with the configuration, told where a resource is at work: the attribute that it
/// points to is none of the resource's.
fn elsewhere(fault: &Diagnostic) -> Diagnostic {
    fault.clone().at(Path::root())
}
