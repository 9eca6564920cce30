//! The provider: its resources, data sources, lists, actions and functions, and the Azure client
//! that they share.

mod subcategories;

use crate::client::AzureClient;
use crate::config::check_levels::CheckLevels;
use crate::config::{self, Environment, Resolved, Settings};
use crate::engine::action::{Acting, ArmAction};
use crate::engine::data_source::{ArmDataSource, DataSourceServer};
use crate::engine::either::{Either, EitherForm};
use crate::engine::list::{ArmList, Listed};
use crate::engine::partial::{ArmPartial, Partial};
use crate::engine::post::{ArmPost, Posting};
use crate::engine::resource::ArmResource;
use crate::engine::resource::managed::Managed;
use crate::engine::resource::soft_delete::{Purge, Purging};
use crate::functions::conditional_forwarders::ConditionalForwarders;
use crate::functions::normalise_resource_id::NormaliseResourceId;
use crate::functions::parse_resource_id::ParseResourceId;
use crate::functions::private_dns_record_name::PrivateDnsRecordName;
use crate::functions::private_dns_zone_names::PrivateDnsZoneNames;
use crate::functions::private_link_group_ids::PrivateLinkGroupIds;
use crate::functions::workspace_fqdns::WorkspaceFqdns;
use crate::resources;
use crate::resources::client_config::ClientConfig;
use crate::resources::foundry_account::FoundryAccount;
use crate::resources::foundry_account::action::PurgeFoundryAccount;
use crate::resources::foundry_account::data_source as account_data;
use crate::resources::foundry_capability_host::CapabilityHost;
use crate::resources::foundry_connection::FoundryConnection;
use crate::resources::foundry_project::FoundryProject;
use crate::resources::foundry_project::data_source as project_data;
use crate::resources::managed_network::ManagedNetwork;
use crate::resources::managed_network::action::ProvisionManagedNetwork;
use crate::resources::managed_network::data_source as network_data;
use crate::resources::managed_network_outbound_rule::OutboundRule;
use crate::resources::network_isolation_posture::NetworkIsolationPosture;
use crate::resources::network_security_perimeter::ReconcilePerimeter;
use crate::resources::private_dns_check::PrivateDnsCheck;
use crate::resources::private_dns_record;
use crate::resources::private_dns_zone::PrivateDnsZone;
use crate::resources::private_dns_zone::data_source as zone_data;
use crate::resources::private_dns_zone::data_source_for_vnet::PrivateDnsZoneForVnet;
use crate::resources::private_dns_zone::data_source_zones::PrivateDnsZones;
use crate::resources::private_dns_zone_group::PrivateDnsZoneGroup;
use crate::resources::private_dns_zone_virtual_network_link::VirtualNetworkLink;
use crate::resources::private_dns_zone_virtual_network_link::data_source as link_data;
use crate::resources::private_endpoint::PrivateEndpoint;
use crate::resources::private_endpoint::data_source as endpoint_data;
use crate::resources::private_endpoint::data_source_connection::PrivateEndpointConnection;
use crate::resources::private_endpoint_application_security_group_association::SecurityGroupAssociation;
use crate::resources::private_endpoint_application_security_group_association::list::Associations;
use crate::resources::private_endpoint_connection::ConnectionApproval;
use crate::resources::private_endpoint_connection::action::ConnectionDecision;
use crate::resources::private_endpoint_connection::data_source_connections::PrivateEndpointConnections;
use crate::resources::private_link_resources::PrivateLinkResources;
use crate::resources::public_network_access::PublicNetworkAccess;
use crate::resources::public_network_access::action::SetPublicNetworkAccess;
use crate::resources::search_shared_private_link::SharedPrivateLink;
use crate::resources::subnet_private_endpoint_policy::SubnetPrivateEndpointPolicy;
use crate::resources::workspace::AiWorkspace;
use crate::resources::workspace::data_source::Workspace;
use async_trait::async_trait;
use plugin::list::AnyListResource;
use plugin::prelude::*;
use plugin::provider::Documentation;
use std::sync::Arc;

/// The address of the provider in Terraform.
pub const ADDRESS: &str = "registry.terraform.io/azureai/azureai";

/// The provider.
pub struct AzureAi {
    azure: Arc<AzureClient>,
    environment: Box<Environment>,
}

impl AzureAi {
    /// Creates a provider that reads environment variables with this function.
    pub fn new(environment: Box<Environment>) -> Self {
        Self { azure: Arc::new(AzureClient::default()), environment }
    }

    fn resource<R: ArmResource>(&self) -> Box<dyn AnyResource> {
        Box::new(Managed::<R>::new(self.azure.clone()))
    }

    fn partial<P: ArmPartial>(&self) -> Box<dyn AnyResource> {
        Box::new(Partial::<P>::new(self.azure.clone()))
    }

    fn either<R: EitherForm>(&self) -> Box<dyn AnyResource> {
        Box::new(Either::<R>::new(self.azure.clone()))
    }

    fn data_source<D: ArmDataSource>(&self) -> Box<dyn AnyDataSource> {
        Box::new(DataSourceServer::<D>::new(self.azure.clone()))
    }

    fn list<L: ArmList>(&self) -> Box<dyn AnyListResource> {
        Box::new(Listed::<L>::new(self.azure.clone()))
    }

    fn action<A: ArmAction>(&self) -> Box<dyn AnyAction> {
        Box::new(Acting::<A>::new(self.azure.clone()))
    }

    fn post<P: ArmPost>(&self) -> Box<dyn AnyAction> {
        Box::new(Posting::<P>::new(self.azure.clone()))
    }

    fn purge<P: Purge>(&self) -> Box<dyn AnyAction> {
        Box::new(Purging::<P>::new(self.azure.clone()))
    }
}

#[async_trait]
impl Provider for AzureAi {
    fn block(&self) -> Block {
        Settings::block()
    }

    fn resources(&self) -> Vec<Box<dyn AnyResource>> {
        let records = private_dns_record::served(&self.azure).into_iter();
        let others = vec![
            self.resource::<PrivateEndpoint>(),
            self.resource::<PrivateDnsZone>(),
            self.resource::<VirtualNetworkLink>(),
            self.resource::<PrivateDnsZoneGroup>(),
            self.partial::<SecurityGroupAssociation>(),
            self.partial::<ConnectionApproval>(),
            self.partial::<PublicNetworkAccess>(),
            self.partial::<SubnetPrivateEndpointPolicy>(),
            self.resource::<AiWorkspace>(),
            self.resource::<FoundryAccount>(),
            self.resource::<FoundryProject>(),
            self.resource::<FoundryConnection>(),
            self.resource::<CapabilityHost>(),
            self.either::<ManagedNetwork>(),
            self.resource::<OutboundRule>(),
            self.resource::<SharedPrivateLink>(),
        ];
        others.into_iter().chain(records.map(|it| it.resource)).collect()
    }

    fn data_sources(&self) -> Vec<Box<dyn AnyDataSource>> {
        let records = private_dns_record::served(&self.azure).into_iter();
        let others = vec![
            self.data_source::<endpoint_data::PrivateEndpoint>(),
            self.data_source::<PrivateEndpointConnection>(),
            self.data_source::<PrivateEndpointConnections>(),
            self.data_source::<PrivateLinkResources>(),
            self.data_source::<zone_data::PrivateDnsZone>(),
            self.data_source::<PrivateDnsZones>(),
            self.data_source::<PrivateDnsZoneForVnet>(),
            self.data_source::<Workspace>(),
            self.data_source::<NetworkIsolationPosture>(),
            self.data_source::<PrivateDnsCheck>(),
            self.data_source::<ClientConfig>(),
            self.data_source::<link_data::VirtualNetworkLink>(),
            self.data_source::<account_data::FoundryAccount>(),
            self.data_source::<project_data::FoundryProject>(),
            self.data_source::<network_data::Network>(),
        ];
        others.into_iter().chain(records.map(|it| it.data_source)).collect()
    }

    fn documentation(&self) -> Documentation {
        Documentation {
            subcategories: subcategories::BY_NAME,
            last: &["subscription_id", "tags"],
            import_note: "The ID can be in any casing, or be the URL of the resource in the \
                          Azure portal.",
        }
    }

    fn list_resources(&self) -> Vec<Box<dyn AnyListResource>> {
        let records = private_dns_record::served(&self.azure).into_iter();
        let others = vec![
            self.list::<resources::private_endpoint::list::PrivateEndpoints>(),
            self.list::<resources::private_dns_zone::list::Zones>(),
            self.list::<resources::private_dns_zone_virtual_network_link::list::Links>(),
            self.list::<resources::private_dns_zone_group::list::ZoneGroups>(),
            self.list::<Associations>(),
            self.list::<resources::private_endpoint_connection::list::Connections>(),
            self.list::<resources::public_network_access::list::Flags>(),
            self.list::<resources::subnet_private_endpoint_policy::list::Subnets>(),
            self.list::<resources::workspace::list::Workspaces>(),
            self.list::<resources::foundry_account::list::Accounts>(),
            self.list::<resources::foundry_project::list::Projects>(),
            self.list::<resources::foundry_connection::list::Connections>(),
            self.list::<resources::foundry_capability_host::list::Hosts>(),
            self.list::<resources::managed_network::list::Networks>(),
            self.list::<resources::managed_network_outbound_rule::list::OutboundRules>(),
            self.list::<resources::search_shared_private_link::list::SharedPrivateLinks>(),
        ];
        others.into_iter().chain(records.map(|it| it.list)).collect()
    }

    fn actions(&self) -> Vec<Box<dyn AnyAction>> {
        vec![
            self.action::<SetPublicNetworkAccess>(),
            self.action::<ConnectionDecision>(),
            self.purge::<PurgeFoundryAccount>(),
            self.post::<ProvisionManagedNetwork>(),
            self.post::<ReconcilePerimeter>(),
        ]
    }

    fn functions(&self) -> Vec<Box<dyn Function>> {
        vec![
            Box::new(ParseResourceId),
            Box::new(NormaliseResourceId),
            Box::new(PrivateDnsZoneNames),
            Box::new(PrivateLinkGroupIds),
            Box::new(ConditionalForwarders),
            Box::new(WorkspaceFqdns),
            Box::new(PrivateDnsRecordName),
        ]
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        self.azure.prepare(CheckLevels::of(config));
        config::validate(config)
    }

    async fn configure(&self, config: Value, terraform_version: &str) -> Diagnostics {
        match config::read(&config, self.environment.as_ref()) {
            Ok(Resolved { credential: Err(fault), pending: false, .. }) => fault.into(),
            Ok(resolved) => {
                let warnings = resolved.warnings.clone();
                self.azure.configure(resolved, terraform_version);
                warnings
            }
            Err(fault) => fault.into(),
        }
    }
}
