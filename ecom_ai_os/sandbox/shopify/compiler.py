"""From a GraphQL selection to DuckDB SQL: the one mapping behind pages and bulk files."""

from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
    is_union_type,
)
from graphql.execution.collect_fields import collect_sub_fields
from graphql.execution.values import get_argument_values

from ecom_ai_os.sandbox.shopify import connections, documents
from ecom_ai_os.sandbox.shopify.errors import access_denied, not_approved
from ecom_ai_os.sandbox.shopify.json_text import (
    JsonText,
    array_of,
    expression,
    joined,
    leaf,
    object_of,
    or_null,
    verbatim,
)

Nodes = list[FieldNode]


@dataclass
class Rows:
    """A select over one document: response key → its JSON, and the joins these need."""

    type_name: str
    alias: str
    members: dict[str, JsonText] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)

    @property
    def text(self) -> JsonText:
        return object_of(self.members)

    @property
    def source(self) -> str:
        return " ".join([f"{documents.view(self.type_name)} as {self.alias}", *self.joins])


@dataclass(frozen=True)
class Branch:
    """A connection below a bulk query's root: its lines are selected apart from the parent's."""

    parent: str
    parent_column: str
    type: GraphQLObjectType
    nodes: Nodes
    keys: str | None


@dataclass
class Compiler:
    """Compiles within one operation.

    `visible` are conditions a type's rows must meet to be seen, `denied` the types the token may
    not read with the scope they need; nullable fields of those are null and noted in `refused`,
    as are protected ones unless the app `is_approved` for them. With `in_bulk`, connections
    become `branches` instead of nested lists.
    """

    fragments: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    visible: dict[str, str] = field(default_factory=dict)
    denied: dict[str, str] = field(default_factory=dict)
    is_approved: bool = True
    in_bulk: bool = False
    refused: list[tuple[FieldNode, GraphQLError]] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    _n_aliases: int = 0
    _sub_fields: dict[tuple[Any, ...], dict[str, Nodes]] = field(default_factory=dict)

    def check_readable(self, type_name: str, field_name: str) -> None:
        """Raises ACCESS_DENIED when the token lacks the type's scope."""
        if scope := self.denied.get(type_name):
            raise access_denied(field_name, scope)

    def document(self, type_: GraphQLObjectType, nodes: Nodes, keys: str | None) -> Rows:
        """The rows of a document for `nodes`' selections.

        `keys` stands inside `in (…)`: literal keys or a subselect; None takes all rows.
        """
        rows = Rows(type_.name, self._alias())
        for key, selected in self.sub_fields(type_, nodes).items():
            text = self._field(type_, selected, rows, keys)
            if text is not None:
                rows.members[key] = text
        return rows

    def sub_fields(self, type_: GraphQLObjectType, nodes: Nodes) -> dict[str, Nodes]:
        """Response key → field nodes; remembered, since costs ask again for every row."""
        key = (type_.name, *map(id, nodes))
        if key not in self._sub_fields:
            self._sub_fields[key] = collect_sub_fields(
                documents.SCHEMA, self.fragments, self.variables, type_, nodes
            )
        return self._sub_fields[key]

    def arguments(self, definition: GraphQLField, node: FieldNode) -> dict[str, Any]:
        return get_argument_values(definition, node, self.variables)

    def _field(
        self, type_: GraphQLObjectType, nodes: Nodes, rows: Rows, keys: str | None
    ) -> JsonText | None:
        name = nodes[0].name.value
        if name == "__typename":
            return verbatim(f'"{type_.name}"')
        definition = type_.fields[name]
        target = concrete(definition)
        if scope := self.denied.get(node_type(target).name):
            denial = access_denied(name, scope)
            if self.in_bulk or is_non_null_type(definition.type):
                raise denial
            self.refused.append((nodes[0], denial))
            return verbatim("null")
        if not self.is_approved and (type_.name, name) in documents.PROTECTED:
            self.refused.append((nodes[0], not_approved(type_.name)))
            return verbatim("null")
        column = f"{rows.alias}.{quoted(name)}"
        if target.name.endswith("Connection"):
            return self._connection(type_, nodes, rows, keys)
        if target.name in documents.DOCUMENTS:
            if (type_.name, name) in documents.PARENT_COLUMN:
                return self._list(type_, nodes, rows, keys)
            return self._reference(target, nodes, rows, column, keys)
        return self._value(definition, nodes, self._argued(type_, nodes[0], column))

    def _argued(self, type_: GraphQLObjectType, node: FieldNode, column: str) -> str:
        """A value column as its field's arguments want it."""
        arguments = self.arguments(type_.fields[node.name.value], node)
        if arguments.get("withCodeDiscounts"):
            return column.replace(quoted(node.name.value), '"_discountedTotalSetWithCodes"')
        if "names" in arguments:
            names = ", ".join(f"'{name}'" for name in arguments["names"] if name.isidentifier())
            return f"list_filter({column}, lambda q: q.name in ({names or 'null'}))"
        return column

    def _value(self, definition: GraphQLField, nodes: Nodes, sql: str) -> JsonText:
        target: Any = get_named_type(definition.type)
        if not nodes[0].selection_set:
            return leaf(definition.type, sql)
        if is_list_type(get_nullable_type(cast(Any, definition.type))):
            text = array_of(sql, self._object(target, nodes, "c").sql)
        else:
            text = self._object(target, nodes, sql)
        return text if is_non_null_type(definition.type) else or_null(sql, text)

    def _object(self, target: Any, nodes: Nodes, sql: str) -> JsonText:
        """The selected fields of a struct; of a union's, those of its kind."""
        if is_union_type(target):
            kinds = " ".join(
                f"when '{t.name}' then {self._object(t, nodes, sql).sql}" for t in target.types
            )
            return expression(f"case {sql}.__typename {kinds} end")
        members = {}
        for key, selected in self.sub_fields(target, nodes).items():
            name = selected[0].name.value
            if name == "__typename":
                members[key] = verbatim(f'"{target.name}"')
            else:
                members[key] = self._value(target.fields[name], selected, f"{sql}.{quoted(name)}")
        return object_of(members)

    def _reference(
        self, target: GraphQLObjectType, nodes: Nodes, rows: Rows, column: str, keys: str | None
    ) -> JsonText:
        """One other document. Where only its id is asked, no join is needed."""
        fields = self.sub_fields(target, nodes)
        seen_whole = target.name not in self.visible
        if seen_whole and all(f[0].name.value == "id" for f in fields.values()):
            prefix = verbatim(documents.gid(target.name, 0)[:-1])
            gid = joined(verbatim('"'), prefix, expression(column), verbatim('"'))
            return or_null(column, object_of(dict.fromkeys(fields, gid)))
        source = documents.view(rows.type_name)
        own = column.partition(".")[2]
        wanted = f"select {own} from {source} where _key in ({keys})" if keys else None
        other, alias = self.document(target, nodes, wanted), self._alias()
        rows.joins.append(
            f"left join (select {other.alias}._key as _key, {other.text.sql} as doc from"
            f" {other.source}{self.where(other, wanted)}) as {alias} on {alias}._key = {column}"
        )
        return expression(f"coalesce({alias}.doc, 'null')")

    def _list(
        self, type_: GraphQLObjectType, nodes: Nodes, rows: Rows, keys: str | None
    ) -> JsonText:
        items = self.children(type_, nodes[0], nodes, rows, keys)
        first = self.arguments(type_.fields[nodes[0].name.value], nodes[0]).get("first")
        limited = f"{items}[:{first}]" if first is not None else items
        return array_of(limited, "c.doc")

    def children(
        self,
        type_: GraphQLObjectType,
        node: FieldNode,
        selected: Nodes,
        rows: Rows,
        keys: str | None,
        *,
        among: str | None = None,
        descending: bool = False,
    ) -> str:
        """Join each row's children as a list of {k: their key, doc: `selected` of them}.

        `among` narrows the children to keys, as the text of `in (…)`.
        """
        child = node_type(concrete(type_.fields[node.name.value]))
        parent_column = documents.PARENT_COLUMN[type_.name, node.name.value]
        scope = f"select _key from {documents.view(child.name)} where {parent_column} in ({keys})"
        other, alias = self.document(child, selected, scope if keys else None), self._alias()
        parent = f"{other.alias}.{parent_column}"
        item = f"{{k: {other.alias}._key, doc: {other.text.sql}}}"
        conditions = [f"{parent} in ({keys})"] if keys else []
        sort = "list_reverse_sort" if descending else "list_sort"
        rows.joins.append(
            f"left join (select {parent} as parent, {sort}(list({item})) as items from"
            f" {other.source}{self.where(other, among, *conditions)} group by 1) as {alias}"
            f" on {alias}.parent = {rows.alias}._key"
        )
        return f"{alias}.items"

    def _connection(
        self, type_: GraphQLObjectType, nodes: Nodes, rows: Rows, keys: str | None
    ) -> JsonText | None:
        name = nodes[0].name.value
        if not self.in_bulk:
            return connections.nested(self, type_, nodes, rows, keys)
        connection = concrete(type_.fields[name])
        selected = connections.node_selection(self, connection, nodes)
        column = documents.PARENT_COLUMN[type_.name, name]
        self.branches.append(Branch(type_.name, column, node_type(connection), selected, keys))
        return None

    def where(self, rows: Rows, keys: str | None, *conditions: str) -> str:
        """The where clause of a select from `rows`, with what the token may see of the type."""
        every = list(conditions)
        if keys:
            every.append(f"{rows.alias}._key in ({keys})")
        if rows.type_name in self.visible:
            every.append(f"{rows.alias}.{self.visible[rows.type_name]}")
        return " where " + " and ".join(every) if every else ""

    def _alias(self) -> str:
        self._n_aliases += 1
        return f"t{self._n_aliases}"


def quoted(name: str) -> str:
    return f'"{name}"'


def concrete(definition: GraphQLField) -> Any:
    """The object type behind a field, seen through lists, non-null and abstract types."""
    named = get_named_type(definition.type)
    return documents.SCHEMA.type_map[documents.CONCRETE.get(named.name, named.name)]


def node_type(type_: Any) -> Any:
    """The node type of a connection; any other type is itself."""
    return concrete(type_.fields["nodes"]) if type_.name.endswith("Connection") else type_
