//! The seam between the page's program and its script, as narrow as it can be.
//!
//! wasm-bindgen names what one takes from the other so that many programs could take from one script: a name of its
//! own and a hash. Both files bear each name, and no compression shortens a hash. It also keeps what Leptos brings along
//! for servers and no page calls. Here every name becomes short, and what one side does not take the other does not
//! offer.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{ExportSection, ImportSection, Module};
use wasmparser::{Export, ImportSectionReader, Parser};

use crate::failure::{Failure, Outcome};
use crate::folder::REMEDY;

/// How the script begins a class that the program offers.
const CLASS: &str = "export class ";
/// What the functions are called that the program offers for its closures.
const CLOSURE: &str = "wasm_bindgen__";
/// What the program calls the script in the end: in the script a key that needs no quotes.
const SCRIPT: &str = "_";
/// How far the script indents the functions that it offers.
const OFFERED: &str = "        ";

/// The script without the classes that the program offers: the page's own code has none. The script as it was, where
/// something in it needs one.
pub(crate) fn without_classes(script: &str) -> String {
    let items = items(script, "");
    let classes: Vec<_> = items
        .iter()
        .filter_map(|item| words(item.strip_prefix(CLASS)?).next())
        .collect();
    let is_of_a_class = |item: &str| {
        classes.iter().any(|class| {
            [CLASS, "if (Symbol.dispose) ", "const "].iter().any(|start| {
                item.strip_prefix(start)
                    .is_some_and(|rest| rest.starts_with(class))
            })
        })
    };
    let rest: String = items
        .iter()
        .filter(|item| !is_of_a_class(item))
        .copied()
        .collect();
    if classes.iter().any(|class| rest.contains(class)) {
        return script.to_owned();
    }
    rest
}

/// The program, offering nothing but what one of the scripts names.
///
/// # Errors
/// If it is no program.
pub(crate) fn without_exports(program: &[u8], scripts: &[&str]) -> Outcome<Vec<u8>> {
    let names: BTreeSet<_> = scripts.iter().flat_map(|script| words(script)).collect();
    rewritten(
        program,
        &mut Rewriting {
            keeps: |name: &str| names.contains(name),
            module: "",
            short: &BTreeMap::new(),
        },
    )
}

/// The program and the script under short names for each other's functions; the script without those that the program
/// does not take. `module` is what the program calls the script.
///
/// # Errors
/// If it is no program, or if the script has not what it takes.
pub(crate) fn shortened(program: &[u8], script: &str, module: &str) -> Outcome<(Vec<u8>, String)> {
    let taken = taken(program, module)?;
    let offered: BTreeSet<_> = words(script).collect();
    if let Some(missing) = taken.iter().find(|name| !offered.contains(name.as_str())) {
        return Err(Failure::new(
            "to join the page's program to its script",
            format!("the script has no `{missing}`"),
            REMEDY,
        ));
    }
    let closures = offered.iter().filter(|word| word.starts_with(CLOSURE));
    let free = (0..)
        .map(|number| format!("_{number:x}"))
        .filter(|name| !offered.contains(name.as_str()));
    let short: BTreeMap<_, _> = taken
        .iter()
        .map(String::as_str)
        .chain(closures.copied())
        .zip(free)
        .collect();
    let program = rewritten(
        program,
        &mut Rewriting {
            keeps: |_: &str| true,
            module,
            short: &short,
        },
    )?;
    Ok((
        program,
        with_words(&without_untaken(script, &taken), module, &short),
    ))
}

/// The names of what the program takes from the module.
fn taken(program: &[u8], module: &str) -> Outcome<BTreeSet<String>> {
    let mut taken = BTreeSet::new();
    for payload in Parser::new(0).parse_all(program) {
        if let wasmparser::Payload::ImportSection(section) = payload.map_err(no_program)? {
            for import in section.into_imports() {
                let import = import.map_err(no_program)?;
                if import.module == module {
                    taken.insert(import.name.to_owned());
                }
            }
        }
    }
    Ok(taken)
}

/// The script without the functions that it offers and that nobody takes.
fn without_untaken(script: &str, taken: &BTreeSet<String>) -> String {
    let is_untaken = |item: &str| {
        item.strip_prefix(OFFERED)
            .and_then(|function| function.split_once(": function("))
            .is_some_and(|(name, _)| !taken.contains(name))
    };
    items(script, OFFERED)
        .into_iter()
        .filter(|item| !is_untaken(item))
        .collect()
}

/// The script with these names in place of others, and the module under its short name.
fn with_words(script: &str, module: &str, short: &BTreeMap<&str, String>) -> String {
    let mut renamed = String::with_capacity(script.len());
    for piece in script.split_inclusive(is_no_word) {
        let word = piece.trim_end_matches(is_no_word);
        renamed.push_str(short.get(word).map_or(word, String::as_str));
        renamed.push_str(&piece[word.len()..]);
    }
    renamed.replace(&format!("\"{module}\""), SCRIPT)
}

/// The names, key words and numbers of a script.
fn words(script: &str) -> impl Iterator<Item = &str> {
    script.split(is_no_word).filter(|word| !word.is_empty())
}

fn is_no_word(character: char) -> bool {
    !character.is_ascii_alphanumeric() && character != '_' && character != '$'
}

/// A script cut at the lines that are indented so far and begin something: what follows one up to the next belongs to
/// it.
fn items<'s>(script: &'s str, indent: &str) -> Vec<&'s str> {
    let begins = |line: &str| {
        line.strip_prefix(indent)
            .is_some_and(|rest| rest.starts_with(|first: char| first.is_alphabetic() || first == '_'))
            || line.len() - line.trim_start().len() < indent.len()
    };
    let mut items = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in script.split_inclusive('\n') {
        if begins(line) {
            items.push(&script[start..at]);
            start = at;
        }
        at += line.len();
    }
    items.push(&script[start..]);
    items
}

struct Rewriting<'n, K> {
    keeps: K,
    module: &'n str,
    short: &'n BTreeMap<&'n str, String>,
}

impl<K: Fn(&str) -> bool> Rewriting<'_, K> {
    fn name<'a>(&'a self, name: &'a str) -> &'a str {
        self.short.get(name).map_or(name, String::as_str)
    }
}

impl<K: Fn(&str) -> bool> Reencode for Rewriting<'_, K> {
    type Error = Infallible;

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        for import in section.into_imports() {
            let import = import?;
            let ty = self.entity_type(import.ty)?;
            if import.module == self.module {
                imports.import(SCRIPT, self.name(import.name), ty);
            } else {
                imports.import(import.module, import.name, ty);
            }
        }
        Ok(())
    }

    fn parse_export(
        &mut self,
        exports: &mut ExportSection,
        export: Export<'_>,
    ) -> Result<(), Error<Infallible>> {
        if (self.keeps)(export.name) {
            let name = self.name(export.name).to_owned();
            utils::parse_export(
                self,
                exports,
                Export {
                    name: &name,
                    ..export
                },
            )?;
        }
        Ok(())
    }
}

fn rewritten<K: Fn(&str) -> bool>(program: &[u8], rewriting: &mut Rewriting<'_, K>) -> Outcome<Vec<u8>> {
    let mut module = Module::new();
    rewriting
        .parse_core_module(&mut module, Parser::new(0), program)
        .map_err(no_program)?;
    Ok(module.finish())
}

fn no_program(error: impl ToString) -> Failure {
    Failure::new("to read the page's program", error.to_string(), REMEDY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{CodeSection, EntityType, ExportKind, Function, FunctionSection, TypeSection};

    const SCRIPT_OF_BINDGEN: &str = r#"import * as import1 from "./__wasm_split.js"

export class Stream {
    free() {
        wasm.stream_free(this.__wbg_ptr, 0);
    }
}
if (Symbol.dispose) Stream.prototype[Symbol.dispose] = Stream.prototype.free;
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_key_12ab: function(arg0) {
            return arg0.key;
        },
        __wbg_locked_34cd: function() { return handleError(function (arg0) {
            return arg0.locked;
        }, arguments); },
    };
    return {
        __proto__: null,
        "./hearsay_bg.js": import0,
        "./__wasm_split.js": import1,
    };
}
const StreamFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {} }
    : new FinalizationRegistry(ptr => wasm.stream_free(ptr, 1));
function wasm_bindgen__invoke__h56ef(arg0) {
    wasm.wasm_bindgen__invoke__h56ef(arg0);
}
function start() {
    wasm.start();
}
"#;

    /// A program that takes and offers functions of these names, and does nothing.
    fn program(takes: &[(&str, &str)], offers: &[&str]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        for (module, name) in takes {
            imports.import(module, name, EntityType::Function(0));
        }
        let (mut functions, mut exports, mut code) =
            (FunctionSection::new(), ExportSection::new(), CodeSection::new());
        for (index, name) in (takes.len()..).zip(offers) {
            functions.function(0);
            exports.export(name, ExportKind::Func, index as u32);
            let mut function = Function::new([]);
            function.instructions().end();
            code.function(&function);
        }
        let mut module = Module::new();
        module
            .section(&types)
            .section(&imports)
            .section(&functions)
            .section(&exports)
            .section(&code);
        module.finish()
    }

    fn offered(program: &[u8]) -> Vec<String> {
        let exports = Parser::new(0)
            .parse_all(program)
            .find_map(|payload| match payload {
                Ok(wasmparser::Payload::ExportSection(section)) => Some(section),
                _ => None,
            });
        let exports = exports.expect("the program offers something");
        exports
            .into_iter()
            .map(|export| export.expect("whole").name.to_owned())
            .collect()
    }

    #[test]
    fn classes_that_nothing_needs_go_and_the_program_offers_them_no_more() {
        let script = without_classes(SCRIPT_OF_BINDGEN);
        assert!(!script.contains("Stream") && script.contains("function start()"));
        let whole = program(&[], &["stream_free", "start", "memory", "__heap_base"]);
        let narrow = without_exports(&whole, &[&script, "const { memory } = wasm"]).expect("a program");
        assert_eq!(offered(&narrow), ["start", "memory"]);
    }

    #[test]
    fn a_class_that_something_needs_stays() {
        let script = format!("{SCRIPT_OF_BINDGEN}function make() {{\n    return new Stream();\n}}\n");
        assert_eq!(without_classes(&script), script);
    }

    #[test]
    fn both_sides_know_each_other_by_short_names() {
        let module = "./hearsay_bg.js";
        let takes = [(module, "__wbg_key_12ab"), ("./__wasm_split.js", "load")];
        let long = program(&takes, &["start", "wasm_bindgen__invoke__h56ef"]);
        let (short, script) = shortened(&long, SCRIPT_OF_BINDGEN, module).expect("they fit");
        assert_eq!(
            taken(&short, SCRIPT)
                .expect("a program")
                .into_iter()
                .collect::<Vec<_>>(),
            ["_0"]
        );
        assert_eq!(taken(&short, "./__wasm_split.js").expect("a program").len(), 1);
        assert_eq!(offered(&short), ["start", "_1"]);
        for kept in [
            "        _0: function(arg0) {\n",
            "    _: import0,",
            "function _1(arg0) {\n    wasm._1(arg0);",
            "wasm.start()",
        ] {
            assert!(script.contains(kept), "{kept}");
        }
        assert!(!script.contains("locked"), "what is not taken is not offered");
    }

    #[test]
    fn a_name_that_the_script_has_already_is_not_given_again() {
        let script = SCRIPT_OF_BINDGEN.replace("start", "_0");
        let long = program(&[("m", "__wbg_key_12ab")], &["_0"]);
        let (_, script) = shortened(&long, &script, "m").expect("they fit");
        assert!(script.contains("_1: function(arg0)") && script.contains("wasm._0()"));
    }

    #[test]
    fn a_script_without_what_the_program_takes_is_refused() {
        assert!(shortened(&program(&[("m", "__wbg_gone_12ab")], &[]), SCRIPT_OF_BINDGEN, "m").is_err());
        assert!(without_exports(b"no program", &[]).is_err());
    }
}
