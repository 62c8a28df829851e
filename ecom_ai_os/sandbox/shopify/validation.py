"""What graphql-core finds wrong with a document, said in the vendor's words."""

import re
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSyntaxError,
    Node,
    OperationDefinitionNode,
    parse,
    validate,
    visit,
)
from graphql.execution.values import get_variable_values
from graphql.language import Visitor

from ecom_ai_os.sandbox.shopify.documents import SCHEMA
from ecom_ai_os.sandbox.shopify.errors import RefusedError, page_too_large

MAX_PAGE = 250
# graphql-core's message → the vendor's message and code; groups are the captured names.
TRANSLATIONS = [
    (
        r"Cannot query field '(?P<field>\w+)' on type '(?P<type>\w+)'",
        "Field '{field}' doesn't exist on type '{type}'",
        "undefinedField",
    ),
    (
        r"Unknown argument '(?P<argument>\w+)' on field '(?P<type>\w+)\.(?P<field>\w+)'",
        "Field '{field}' doesn't accept argument '{argument}'",
        "argumentNotAccepted",
    ),
    (
        r"Field '(?P<field>\w+)' argument '(?P<argument>\w+)' of type '.+' is required",
        "Field '{field}' is missing required arguments: {argument}",
        "missingRequiredArguments",
    ),
    (
        r"Field '(?P<field>\w+)' of type '(?P<type>.+)' must have a selection of subfields",
        "Field must have selections (field '{field}' returns {type} but has no selections. "
        "Did you mean '{field} {{ ... }}'?)",
        "selectionMismatch",
    ),
    (
        r"Unknown type '(?P<type>\w+)'",
        "No such type {type}, so it can't be a fragment condition",
        "undefinedType",
    ),
    (
        r"Variable '\$(?P<variable>\w+)' is never used",
        "Variable ${variable} is declared by anonymous query but not used",
        "variableNotUsed",
    ),
    (
        r"(?P<value>.+) (?:cannot represent|does not exist in|is not).*",
        "Argument has an invalid value: {value}",
        "argumentLiteralsIncompatible",
    ),
]


def read_document(query: str) -> DocumentNode:
    """A document that may be executed; raises RefusedError with the vendor's errors."""
    try:
        document = parse(query)
    except GraphQLSyntaxError as broken:
        raise RefusedError(_parse_error(broken)) from None
    if errors := validate(SCHEMA, document):
        raise RefusedError(*(_translated(document, found) for found in errors))
    return document


def read_variables(operation: OperationDefinitionNode, given: dict[str, Any]) -> dict[str, Any]:
    """The operation's variables, coerced."""
    found = get_variable_values(SCHEMA, list(operation.variable_definitions), given)
    if isinstance(found, dict):
        return found
    raise RefusedError(*(_invalid_variable(operation, given, error) for error in found))


def check_page_sizes(document: DocumentNode, variables: dict[str, Any]) -> None:
    """Raises RefusedError where `first` or `last` exceeds 250."""

    class PageSizes(Visitor):
        def enter_argument(self, node: Any, *_: Any) -> None:
            if node.name.value in ("first", "last"):
                is_variable = node.value.kind == "variable"
                size = variables.get(node.value.name.value) if is_variable else node.value.value
                if size is not None and int(size) > MAX_PAGE:
                    raise page_too_large(node.name.value)

    visit(document, PageSizes())


def _parse_error(broken: GraphQLSyntaxError) -> dict[str, Any]:
    at = broken.locations[0] if broken.locations else None
    line, column = (at.line, at.column) if at else (1, 1)
    what = broken.message.removeprefix("Syntax Error: ").rstrip(".")
    if "<EOF>" in what:
        what = "unexpected end of file"
    return {
        "message": f"syntax error, {what} at [{line}, {column}]",
        "locations": [{"line": line, "column": column}],
        "extensions": {"code": "PARSE_ERROR"},
    }


def _translated(document: DocumentNode, found: GraphQLError) -> dict[str, Any]:
    message, code, names = _vendor_words(found.message)
    extensions = {f"{kind}Name": name for kind, name in names.items() if kind != "value"}
    node = found.nodes[0] if found.nodes else None
    return {
        "message": message,
        "locations": [{"line": at.line, "column": at.column} for at in found.locations or []],
        "path": _path(document, node) if node else [],
        "extensions": {"code": code, **extensions},
    }


def _vendor_words(message: str) -> tuple[str, str, dict[str, str]]:
    """(message, code, the names captured) for one of graphql-core's messages."""
    for pattern, template, code in TRANSLATIONS:
        if matched := re.match(pattern, message):
            return template.format(**matched.groupdict()), code, matched.groupdict()
    return message, "invalid", {}


def _path(document: DocumentNode, sought: Node) -> list[str]:
    """Operation, then response keys down to `sought`, as the vendor writes paths."""
    found: list[str] = []

    class PathTo(Visitor):
        def enter(self, node: Node, _: Any, __: Any, ___: Any, ancestors: list[Any]) -> None:
            if node is sought:
                steps = [s for a in [*ancestors, node] if (s := _step(a)) is not None]
                found.extend(steps)

    visit(document, PathTo())
    return found


def _step(node: Any) -> str | None:
    if isinstance(node, OperationDefinitionNode):
        name = node.name.value if node.name else ""
        return f"{node.operation.value} {name}".strip()
    if isinstance(node, FragmentDefinitionNode):
        return f"fragment {node.name.value}"
    if isinstance(node, FieldNode):
        return (node.alias or node.name).value
    return None


def _invalid_variable(
    operation: OperationDefinitionNode, given: dict[str, Any], error: GraphQLError
) -> dict[str, Any]:
    from graphql import print_ast

    matched = re.search(r"\$(\w+)", error.message)
    name = matched[1] if matched else ""
    definition = next(d for d in operation.variable_definitions if d.variable.name.value == name)
    value = given.get(name)
    why = "Expected value to not be null" if value is None else error.message.split("; ")[-1]
    return {
        "message": f"Variable ${name} of type {print_ast(definition.type)} was provided invalid"
        " value",
        "locations": [{"line": at.line, "column": at.column} for at in error.locations or []],
        "extensions": {
            "code": "INVALID_VARIABLE",
            "value": value,
            "problems": [{"path": [], "explanation": why}],
        },
    }
