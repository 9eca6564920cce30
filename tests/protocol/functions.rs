//! Functions need no configuration, name a wrong argument, and return the same result for the same
//! arguments.

use crate::pool::Pool;
use crate::session::{Session, answered, decoded};
use plugin::codec;
use plugin::proto::tfplugin5 as wire;
use plugin::ty::Type;
use plugin::value::Value;

/// A function of the schema.
struct Signature {
    name: String,
    parameters: Vec<(String, Type)>,
    returns: Type,
}

impl Signature {
    fn of(name: &str, function: &wire::Function) -> Self {
        let ty = |bytes: &[u8]| Type::from_json(&serde_json::from_slice(bytes).unwrap()).unwrap();
        // A variadic parameter may be omitted.
        let parameters = function.parameters.iter();
        Self {
            name: name.to_owned(),
            parameters: parameters.map(|it| (it.name.clone(), ty(&it.r#type))).collect(),
            returns: ty(&function.r#return.as_ref().unwrap().r#type),
        }
    }
}

async fn call(
    session: &Session,
    function: &Signature,
    arguments: &[Value],
) -> Result<Value, wire::FunctionError> {
    let types = function.parameters.iter().map(|(_, ty)| ty);
    let arguments = arguments.iter().zip(types).map(|(it, ty)| codec::encode(it, ty)).collect();
    let request = wire::call_function::Request { name: function.name.clone(), arguments };
    let answer = answered(&function.name, session.calls().call_function(request).await);
    match answer.error {
        Some(fault) => {
            assert!(answer.result.is_none(), "{}: a result and an error", function.name);
            Err(sound(&function.name, fault))
        }
        None => Ok(decoded(&function.name, answer.result.as_ref(), &function.returns)),
    }
}

/// Asserts the form of an error. Terraform prints `Invalid value for "x" parameter: <text>.`
fn sound(name: &str, fault: wire::FunctionError) -> wire::FunctionError {
    assert!(!fault.text.is_empty() && !fault.text.ends_with('.'), "{name}: {:?}", fault.text);
    assert!(!fault.text.contains("crashed"), "{name}: {:?}", fault.text);
    fault
}

/// Finds arguments that the function accepts, by the errors that it returns for others.
async fn arguments(session: &Session, function: &Signature, pool: &Pool) -> Vec<Value> {
    let candidates: Vec<Vec<Value>> =
        function.parameters.iter().map(|(name, ty)| pool.candidates(name, ty)).collect();
    let mut chosen = vec![0; candidates.len()];
    loop {
        let arguments: Vec<Value> =
            chosen.iter().zip(&candidates).map(|(index, all)| all[*index].clone()).collect();
        let Err(fault) = call(session, function, &arguments).await else {
            return arguments;
        };
        let blamed = usize::try_from(fault.function_argument()).unwrap();
        chosen[blamed] += 1;
        let left = chosen[blamed] < candidates[blamed].len();
        assert!(left, "{}: nothing is right: {}", function.name, fault.text);
    }
}

async fn signatures(session: &Session) -> Vec<Signature> {
    let functions = session.schemas().await.functions;
    functions.iter().map(|(name, function)| Signature::of(name, function)).collect()
}

#[tokio::test]
async fn functions_are_deterministic_and_name_a_wrong_argument() {
    let (session, pool) = (Session::start().await, Pool::read());
    for function in signatures(&session).await {
        let right = arguments(&session, &function, &pool).await;
        let first = call(&session, &function, &right).await;
        assert_eq!(first, call(&session, &function, &right).await);
        for (index, (name, ty)) in function.parameters.iter().enumerate() {
            for text in ["", "\u{0}", "no/such thing \u{1F600}"] {
                let mut wrong = right.clone();
                wrong[index] = crate::pool::filled(ty, text, -1, false);
                let answer = call(&session, &function, &wrong).await;
                let label = format!("{}({name} = {text:?})", function.name);
                let blamed = answer.expect_err(&label).function_argument.expect(&label);
                // If two arguments contradict each other, the error may name either.
                let parameters = 0..i64::try_from(function.parameters.len()).unwrap();
                assert!(parameters.contains(&blamed), "{label}: {blamed}");
            }
        }
    }
}

#[tokio::test]
async fn an_unknown_function_is_an_error() {
    let session = Session::start().await;
    let function = Signature {
        name: "no_such_function".to_owned(),
        parameters: Vec::new(),
        returns: Type::String,
    };
    let fault = call(&session, &function, &[]).await.unwrap_err();
    assert!(fault.text.contains("no_such_function"), "{}", fault.text);
}

#[tokio::test]
async fn parse_resource_id_returns_the_parts_of_an_id() {
    let session = Session::start().await;
    let signatures = signatures(&session).await;
    let function = signatures.iter().find(|it| it.name == "parse_resource_id").unwrap();
    let id = "/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000000/resourcegroups/rg-ai/providers/\
              microsoft.network/privateendpoints/pe-hub/privatednszonegroups/default";
    let parts = call(&session, function, &[id.into()]).await.unwrap();
    let expected = [
        ("subscription_id", "00000000-0000-0000-0000-000000000000"),
        ("resource_group_name", "rg-ai"),
        ("resource_provider", "Microsoft.Network"),
        ("full_resource_type", "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"),
        ("resource_type", "privateDnsZoneGroups"),
        ("resource_name", "default"),
    ];
    for (part, value) in expected {
        assert_eq!(parts.get(part).as_str(), Some(value), "{part}");
    }
    let parents = Value::map([("privateEndpoints", "pe-hub".into())]);
    assert_eq!(*parts.get("parent_resources"), parents);
}
