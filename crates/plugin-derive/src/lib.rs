//! `#[derive(Model)]` and `#[derive(Object)]`: they collect the facts of a struct and hand them to
//! the crate `terraform-plugin`, which knows what they mean.
//!
//! Each named field becomes a member of the block or object. Its doc comment is the description;
//! its Rust type says the rest, but for what `#[tf(..)]` adds:
//!
//! | word | meaning |
//! | --- | --- |
//! | `replace` | a change needs a new object |
//! | `default = expr` | the value when the configuration gives none |
//! | `check = expr` | a rule for known values (may be repeated) |
//! | `same = function` | spellings that mean the same |
//! | `key = "name"` | the attribute by which blocks are told apart, whose order means nothing |
//! | `recomputed` | a computed value that any change may change: unknown until then |
//! | `recomputed_with("a", "b")` | a computed value that a change of these may change |
//! | `write_if_set` | an update that does not set it leaves it as the service has it |
//! | `ignored` | a block that does nothing; the documentation leaves its content out |
//! | `deprecated = "why"` | shown when it is used |
//! | `min = n`, `max = n` | how often a block occurs |
//! | `rename = "name"` | the name, where Rust has a keyword |
//! | `flatten` | the members of that model are this model's |
//!
//! The code that is derived finds the library by the dependency that the manifest declares, also
//! where that renames it. A crate that has it from another one's re-export says where on the
//! struct: `#[tf(crate = "other::terraform_plugin")]`.

use proc_macro::TokenStream;
use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Span, TokenStream as Tokens};
use quote::quote;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Expr, Fields, LitStr, Token, parse_macro_input};

/// Makes a struct the content of a block.
#[proc_macro_derive(Model, attributes(tf))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input, model).unwrap_or_else(|fault| fault.to_compile_error()).into()
}

/// Makes a struct an object-typed value.
#[proc_macro_derive(Object, attributes(tf))]
pub fn derive_object(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input, object).unwrap_or_else(|fault| fault.to_compile_error()).into()
}

/// One field and what is said of it.
struct Member {
    ident: syn::Ident,
    ty: syn::Type,
    name: String,
    description: String,
    flatten: bool,
    facts: Vec<Tokens>,
}

fn expand(
    input: &DeriveInput,
    with: fn(&syn::Ident, &str, &[Member]) -> Tokens,
) -> syn::Result<Tokens> {
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "only structs have fields to declare"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(syn::Error::new_spanned(&input.ident, "the fields need names"));
    };
    let library = library(&input.attrs)?;
    let members = fields.named.iter().map(member).collect::<syn::Result<Vec<_>>>()?;
    let implemented = with(&input.ident, &description(&input.attrs), &members);
    Ok(quote! {
        const _: () = {
            use #library as _library;
            #implemented
        };
    })
}

/// Where the library is for the crate that derives: as the struct says, else as its manifest does.
fn library(attributes: &[syn::Attribute]) -> syn::Result<syn::Path> {
    let mut named = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("tf")) {
        attribute.parse_nested_meta(|word| {
            if !word.path.is_ident("crate") {
                return Err(word.error("not a fact that `tf` knows of a struct"));
            }
            named = Some(word.value()?.parse::<LitStr>()?.parse()?);
            Ok(())
        })?;
    }
    if let Some(path) = named {
        return Ok(path);
    }
    // In the library's own package, tests and examples are crates of their own; what they all
    // know is the library's name. It is also the best guess where no manifest can be read.
    let name = match crate_name("terraform-plugin") {
        Ok(FoundCrate::Name(name)) => name,
        Ok(FoundCrate::Itself) | Err(_) => "terraform_plugin".to_owned(),
    };
    let name = syn::Ident::new(&name, Span::call_site());
    Ok(syn::parse_quote!(::#name))
}

fn member(field: &syn::Field) -> syn::Result<Member> {
    let Some(ident) = field.ident.clone() else {
        return Err(syn::Error::new_spanned(field, "the field needs a name"));
    };
    let mut member = Member {
        name: ident.unraw().to_string(),
        ty: field.ty.clone(),
        description: description(&field.attrs),
        flatten: false,
        facts: Vec::new(),
        ident,
    };
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("tf")) {
        attribute.parse_nested_meta(|word| fact(&mut member, &word))?;
    }
    if member.description.is_empty() && !member.flatten {
        return Err(syn::Error::new_spanned(
            field,
            "a doc comment is its documentation: write one",
        ));
    }
    Ok(member)
}

fn fact(member: &mut Member, word: &ParseNestedMeta<'_>) -> syn::Result<()> {
    let name = word.path.require_ident()?.to_string();
    let tokens = match name.as_str() {
        "flatten" => {
            member.flatten = true;
            return Ok(());
        }
        "rename" => {
            member.name = word.value()?.parse::<LitStr>()?.value();
            return Ok(());
        }
        "replace" => quote!(facts.replace = true;),
        "write_if_set" => quote!(facts.write_if_set = true;),
        "ignored" => quote!(facts.ignored = true;),
        "recomputed" => quote!(facts.recomputed = _library::schema::Recomputed::Always;),
        "recomputed_with" => {
            let content;
            syn::parenthesized!(content in word.input);
            let names = Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?;
            let names = names.iter();
            quote!(facts.recomputed = _library::schema::Recomputed::With(&[#(#names),*]);)
        }
        "default" => {
            let value: Expr = word.value()?.parse()?;
            quote!(facts.default = Some(_library::value::Value::from(#value));)
        }
        "check" => {
            let rule: Expr = word.value()?.parse()?;
            quote!(facts.checks.push(#rule);)
        }
        "same" => {
            let same: Expr = word.value()?.parse()?;
            quote!(facts.same = Some(#same);)
        }
        "key" => {
            let name: LitStr = word.value()?.parse()?;
            quote!(facts.key = Some(#name);)
        }
        "deprecated" => {
            let why: LitStr = word.value()?.parse()?;
            quote!(facts.deprecated = Some(#why);)
        }
        "min" | "max" => {
            let limit: Expr = word.value()?.parse()?;
            let field = word.path.require_ident()?;
            quote!(facts.#field = #limit;)
        }
        _ => return Err(word.error("not a fact that `tf` knows")),
    };
    member.facts.push(tokens);
    Ok(())
}

/// The doc comment as Markdown.
fn description(attributes: &[syn::Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> =
        lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned()).collect();
    lines.join("\n").trim().to_owned()
}

fn decoding(members: &[Member]) -> Tokens {
    let fields = members.iter().map(|Member { ident, ty, name, flatten, .. }| {
        if *flatten {
            quote!(#ident: <#ty as _library::model::Model>::decode(value.clone())?)
        } else {
            quote!(#ident: _library::model::take(&mut value, #name)?)
        }
    });
    quote!(Ok(Self { #(#fields),* }))
}

fn encoding(members: &[Member]) -> Tokens {
    let fields = members.iter().map(|Member { ident, ty, name, flatten, .. }| {
        if *flatten {
            quote! {
                let part = <#ty as _library::model::Model>::encode(&self.#ident);
                for (name, member) in part.as_map().into_iter().flatten() {
                    value.set_entry(name, member.clone());
                }
            }
        } else {
            quote!(value.set_entry(#name, _library::field::Field::encode(&self.#ident));)
        }
    });
    quote! {
        let mut value = _library::value::Value::map([]);
        #(#fields)*
        value
    }
}

fn model(ident: &syn::Ident, description: &str, members: &[Member]) -> Tokens {
    let declared =
        members.iter().map(|Member { ty, name, description, flatten, facts, .. }| {
            if *flatten {
                return quote!(block.append(<#ty as _library::model::Model>::block()););
            }
            quote! {{
                #[allow(unused_mut)]
                let mut facts = _library::schema::Facts::new(#name, #description);
                #(#facts)*
                block.push(<#ty as _library::field::Field>::declare(facts));
            }}
        });
    let (decoding, encoding) = (decoding(members), encoding(members));
    quote! {
        impl _library::model::Model for #ident {
            fn block() -> _library::schema::Block {
                let mut block = _library::schema::Block::new(#description);
                #(#declared)*
                block
            }

            fn decode(
                mut value: _library::value::Value,
            ) -> ::core::result::Result<Self, _library::field::Mismatch> {
                #decoding
            }

            fn encode(&self) -> _library::value::Value {
                #encoding
            }
        }
    }
}

fn object(ident: &syn::Ident, _description: &str, members: &[Member]) -> Tokens {
    let types = members
        .iter()
        .map(|Member { ty, name, .. }| quote!((#name, <#ty as _library::field::Field>::ty())));
    let kept = members.iter().map(|Member { ty, name, .. }| {
        let fault = format!("`{name}` is inside of a value: only attributes are write-only");
        quote!(const { assert!(!<#ty as _library::field::Field>::WRITE_ONLY, #fault) };)
    });
    let described = members.iter().map(|Member { ty, name, description, .. }| {
        quote! {
            _library::schema::Described {
                name: #name,
                description: #description,
                ty: <#ty as _library::field::Field>::ty(),
                members: <#ty as _library::field::Field>::members(),
            }
        }
    });
    let (decoding, encoding) = (decoding(members), encoding(members));
    quote! {
        impl _library::field::Field for #ident {
            fn members() -> ::std::vec::Vec<_library::schema::Described> {
                ::std::vec![#(#described),*]
            }

            fn ty() -> _library::ty::Type {
                #(#kept)*
                _library::ty::Type::object([#(#types),*])
            }

            fn decode(
                mut value: _library::value::Value,
            ) -> ::core::result::Result<Self, _library::field::Mismatch> {
                if value.as_map().is_none() {
                    return Err(_library::field::Mismatch::expected("an object"));
                }
                #decoding
            }

            fn encode(&self) -> _library::value::Value {
                #encoding
            }
        }
    }
}
