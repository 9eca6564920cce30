//! Compiles `proto/` with protox, so that the build needs no protoc.

use std::error::Error;
use std::path::Path;

const FILES: [&str; 4] =
    ["tfplugin5.proto", "grpc_broker.proto", "grpc_controller.proto", "grpc_stdio.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("proto");
    println!("cargo::rerun-if-changed={}", folder.display());
    let descriptors = protox::compile(FILES, [&folder])?;
    // Tests use the clients to call the provider as Terraform does. The default stubs answer
    // UNIMPLEMENTED, as Terraform expects of a method that a provider lacks.
    tonic_prost_build::configure().generate_default_stubs(true).compile_fds(descriptors)?;
    Ok(())
}
