//! Compiles the one entry of `ui/` with its texts, fonts and icons inside.

use std::error::Error;

use slint_build::{CompilerConfiguration, DefaultTranslationContext, EmbedResourcesKind};

fn main() -> Result<(), Box<dyn Error>> {
    let config = CompilerConfiguration::new()
        .with_style("fluent-light".into())
        .embed_resources(EmbedResourcesKind::EmbedFiles)
        .with_default_translation_context(DefaultTranslationContext::None)
        .with_bundled_translations("../../ui/lang")
        // Tests find elements by their accessible names, which needs them kept.
        .with_debug_info(std::env::var("PROFILE").as_deref() == Ok("debug"));
    slint_build::compile_with_config("../../ui/app.slint", config)?;
    Ok(())
}
