"""One GraphQL request from text to answer: validated, paid for, executed, accounted."""

from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    OperationType,
    execute,
)

from ecom_ai_os.sandbox.counters import Counters
from ecom_ai_os.sandbox.faults import Faults
from ecom_ai_os.sandbox.shop import Shop
from ecom_ai_os.sandbox.shopify import cost
from ecom_ai_os.sandbox.shopify.auth import Grants
from ecom_ai_os.sandbox.shopify.bulk import BulkOperations
from ecom_ai_os.sandbox.shopify.compiler import Compiler
from ecom_ai_os.sandbox.shopify.documents import SCHEMA, SCOPE
from ecom_ai_os.sandbox.shopify.errors import (
    RefusedError,
    ThrottledError,
    error,
    internal_error,
    max_cost_exceeded,
)
from ecom_ai_os.sandbox.shopify.resolvers import Request, SandboxExecution, resolve
from ecom_ai_os.sandbox.shopify.validation import (
    check_page_sizes,
    read_document,
    read_variables,
)

Answer = dict[str, Any]


@dataclass
class Endpoint:
    """Answers GraphQL requests of one shop."""

    shop: Shop
    grants: Grants
    bulk: BulkOperations
    faults: Faults
    counters: Counters
    index_lag_seconds: float = 0

    def answer(
        self, query: str, variables: dict[str, Any], operation_name: str | None, base_url: str
    ) -> Answer:
        """The body of the response; every refusal is one too, at HTTP 200."""
        try:
            document = read_document(query)
            operation = chosen_operation(document, operation_name)
            coerced = read_variables(operation, variables)
            check_page_sizes(document, coerced)
            compiler = self._compiler(document, coerced)
            roots = compiler.sub_fields(root_type(operation), [_as_field(operation)])
            requested = self._charge(compiler, operation, roots)
        except RefusedError as refused:
            self.counters.add("shopify.refused")
            return {"errors": refused.errors}
        except _OutOfPointsError as throttled:
            self.counters.add("shopify.throttled")
            return {
                "errors": throttled.errors,
                "extensions": {"cost": self._cost(throttled.requested, None)},
            }
        return self._executed(document, operation, variables, compiler, roots, requested, base_url)

    def _compiler(self, document: DocumentNode, variables: dict[str, Any]) -> Compiler:
        fragments = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }
        denied = SCOPE if self.faults.strikes("missing_scope") else self.grants.denied()
        return Compiler(
            fragments=fragments,
            variables=variables,
            visible=self.grants.visible(),
            denied=dict(denied),
            is_approved=self.grants.is_approved,
        )

    def _charge(
        self,
        compiler: Compiler,
        operation: OperationDefinitionNode,
        roots: dict[str, list[FieldNode]],
    ) -> int:
        is_mutation = operation.operation is OperationType.MUTATION
        requested = cost.operation_cost(compiler, roots, is_mutation)
        if requested > cost.MAX_QUERY_COST:
            raise max_cost_exceeded(requested, cost.MAX_QUERY_COST)
        if self.faults.strikes("internal_error"):
            raise internal_error()
        if self.faults.strikes("throttled"):
            self.grants.bucket.drain()
        try:
            self.grants.bucket.admit(requested)
        except ThrottledError as throttled:
            raise _OutOfPointsError(requested, throttled.errors) from None
        return requested

    def _executed(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: dict[str, Any],
        compiler: Compiler,
        roots: dict[str, list[FieldNode]],
        requested: int,
        base_url: str,
    ) -> Answer:
        with self.shop.reading() as cursor:
            request = Request(
                cursor,
                compiler,
                self.grants,
                self.bulk,
                self.shop.currency,
                base_url,
                self.index_lag_seconds,
            )
            result: Any = execute(
                SCHEMA,
                document,
                context_value=request,
                variable_values=variables,
                operation_name=operation.name.value if operation.name else None,
                field_resolver=resolve,
                execution_context_class=SandboxExecution,
            )
        if operation.operation is OperationType.MUTATION:
            actual = requested
        else:
            actual = min(requested, cost.answer_cost(compiler, roots, result.data))
        self.grants.bucket.refund(requested - actual)
        self._edit_behind(request)
        return self._body(request, result, requested, actual)

    def _body(self, request: Request, result: Any, requested: int, actual: int) -> Answer:
        errors = [found.formatted for found in result.errors or []]
        errors += [
            {**denial.formatted, "path": [(node.alias or node.name).value]}
            for node, denial in request.compiler.refused
        ]
        extensions: dict[str, Any] = {"cost": self._cost(requested, actual)}
        if self.faults.strikes("search_warning"):
            request.searches.append(INVENTED_WARNING)
        if request.searches:
            extensions["search"] = request.searches
        answer: Answer = {"data": result.data, "extensions": extensions}
        return ({"errors": errors} if errors else {}) | answer

    def _cost(self, requested: int, actual: int | None) -> dict[str, Any]:
        return {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": self.grants.bucket.status(),
        }

    def _edit_behind(self, request: Request) -> None:
        """Play `changed_while_paging`: somebody edits orders of the page just served."""
        served = request.n_listed.get("Order", [])
        if served and self.faults.strikes("changed_while_paging"):
            self.shop.touch("orders", served[-2:])


class _OutOfPointsError(Exception):
    def __init__(self, requested: int, errors: list[dict[str, Any]]) -> None:
        super().__init__("Throttled")
        self.requested, self.errors = requested, errors


INVENTED_WARNING = {
    "path": ["orders"],
    "query": "invented:1",
    "parsed": {"field": "invented", "match_all": "1"},
    "warnings": [
        {
            "field": "invented",
            "message": "Invalid search field for this query.",
            "code": "invalid_field",
        }
    ],
}


def chosen_operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """Raises RefusedError when several operations stand there and none is named."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    named = [o for o in operations if name is None or (o.name and o.name.value == name)]
    if len(named) != 1:
        raise RefusedError(error("An operation name is required", "BAD_REQUEST"))
    return named[0]


def root_type(operation: OperationDefinitionNode) -> Any:
    is_mutation = operation.operation is OperationType.MUTATION
    return SCHEMA.mutation_type if is_mutation else SCHEMA.query_type


def _as_field(operation: OperationDefinitionNode) -> FieldNode:
    """The operation as a field, so that its selections are collected as any other's."""
    return FieldNode(selection_set=operation.selection_set)
