-- A session as a person would have it, written as one JSON line an observation. GOLDFISH holds the command.
local function tell(name, value) io.stdout:write(vim.fn.json_encode({ name = name, value = value }) .. '\n') end

local function session()
  local shown, progress = {}, {}
  vim.lsp.handlers['window/showMessage'] = function(_, result) table.insert(shown, result.message) end
  vim.lsp.handlers['$/progress'] = function(_, result) table.insert(progress, result.value.kind) end

  vim.cmd('edit notes.md')
  local buffer = vim.api.nvim_get_current_buf()
  local config = { name = 'goldfish', cmd = vim.fn.json_decode(os.getenv('GOLDFISH')), root_dir = vim.fn.getcwd() }
  -- vim.lsp.start is there from 0.8 on.
  local id = vim.lsp.start and vim.lsp.start(config) or vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(buffer, id)
  local client = vim.lsp.get_client_by_id(id)
  assert(vim.wait(20000, function() return client.initialized end, 20), 'not initialized')

  local function ask(method, params)
    local answer = assert(client.request_sync(method, params, 20000, buffer))
    assert(not answer.err, vim.inspect(answer.err))
    return answer.result
  end
  local document = { uri = vim.uri_from_bufnr(buffer) }
  assert(vim.wait(20000, function() return #vim.diagnostic.get(buffer) > 0 end, 20), 'no diagnostics')
  tell('diagnostics', vim.tbl_map(function(one) return { one.lnum, one.col, one.message } end, vim.diagnostic.get(buffer)))
  tell('hover', ask('textDocument/hover', { textDocument = document, position = { line = 0, character = 8 } }).contents.value)
  tell('links', vim.tbl_map(function(one) return one.target end, ask('textDocument/documentLink', { textDocument = document })))
  tell('symbols', vim.tbl_map(function(one) return one.name end, ask('workspace/symbol', { query = 'apples' })))
  tell('ask', ask('workspace/executeCommand', {
    command = 'goldfish/ask', arguments = { 'When are the apples picked?' }, workDoneToken = 'w',
  }).grounded)
  assert(vim.wait(20000, function() return #shown > 0 and progress[#progress] == 'end' end, 20), 'nothing shown')
  tell('shown', shown)
  tell('progress', progress)

  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, { 'no links any more' })
  assert(vim.wait(20000, function() return #vim.diagnostic.get(buffer) == 0 end, 20), 'diagnostics stay')
  client.stop()
  assert(vim.wait(20000, function() return vim.lsp.get_client_by_id(id) == nil end, 20), 'the server stays')
end

local ok, fault = pcall(session)
if not ok then
  io.stderr:write(tostring(fault) .. '\n')
  vim.cmd('cquit 1')
end
vim.cmd('qall!')
